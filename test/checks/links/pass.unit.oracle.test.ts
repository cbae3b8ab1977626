import { expect } from 'vitest';
import { problems } from '../../../src/checks/links/pass';
import { inodeFlags } from '../../../src/layout/inode';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { TestDirectory } from '../../support/directory';
import { TestImage } from '../../support/image';
import { oracleTest } from '../../support/project-tests';
import { setBlockWords, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);
const file = 1;

testWithWholeCheck(
  problems,
  [
    {
      name: 'a file whose name is gone',
      image: ext4,
      damage: (image) => at(image, '/etc').remove('fstab').image,
      findings: ['inode-unattached 0x040002'],
    },
    {
      name: 'an empty file whose name is gone',
      image: ext2,
      damage: (image) => at(image, '/var/lib').remove('empty').image,
      findings: ['inode-unattached-empty 0x040001', 'inode-unattached 0x040002'],
    },
    {
      name: 'a device and a symlink whose names are gone',
      image: ext2,
      damage: (image) => {
        at(image, '/dev').remove('vda');
        return at(image, '/etc').remove('slow-60').image;
      },
      findings: ['inode-unattached 0x040002', 'inode-unattached 0x040002'],
    },
    {
      name: 'a file of several names whose names are gone',
      image: ext4,
      damage: (image) => {
        at(image, '/usr/bin').remove('bash').remove('rbash');
        return at(image, '/bin').remove('bash').image;
      },
      findings: ['inode-unattached 0x040002'],
    },
    {
      name: 'a file of three names that lost one',
      image: ext4,
      damage: (image) => at(image, '/usr/bin').remove('rbash').image,
      findings: ['inode-links-wrong 0x040003'],
    },
    {
      name: 'a file that counts too few names',
      image: ext2,
      damage: (image) => image.setInode(65, { i_links_count: 1 }),
      findings: ['inode-links-wrong 0x040003'],
    },
    {
      name: 'a file that counts too many names',
      image: ext2,
      damage: (image) => image.setInode(tree.fstab, { i_links_count: 65_535 }),
      findings: ['inode-links-wrong 0x040003'],
    },
    {
      name: 'a directory that counts wrongly',
      image: ext4,
      damage: (image) => image.setInode(tree.etc, { i_links_count: 3 }),
      findings: ['inode-links-wrong 0x040003'],
    },
    {
      name: 'a directory that stopped counting, without an index',
      image: ext4,
      damage: (image) => image.setInode(tree.etc, { i_links_count: 1 }),
      findings: ['inode-links-wrong 0x040003'],
    },
    {
      name: 'a directory that stopped counting, with an index',
      image: ext4,
      damage: (image) => image.setInode(tree.many, { i_links_count: 1 }),
      findings: [],
    },
    {
      name: 'an unnamed file that is imagic',
      image: ext2,
      damage: (image) => {
        image.setInode(tree.fstab, { i_flags: inodeFlags.IMAGIC });
        return at(image, '/etc').remove('fstab').image;
      },
      findings: ['inode-imagic-flag 0x01002f', 'inode-unattached 0x040002'],
    },
    {
      name: 'a file that is named once more',
      image: ext2,
      damage: (image) => at(image, '/home').add('fstab', { inode: tree.fstab, file_type: file }).image,
      findings: ['inode-links-wrong 0x040003'],
    },
  ],
  { elsewhere: ['superblock-dir-nlink-missing 0x040006'] },
);

/** /home filled with more names for /opt than a directory can count. */
function manyLinks(): TestImage {
  const image = TestImage.load('ext2-4k');
  const { blockSize, blocksCount } = image.made;
  const indirect = blocksCount - 1;
  const first = indirect - filled;
  const words = [at(image, '/home').block(), ...Array.from({ length: 11 }, (_, i) => first + i), indirect];
  for (let i = 11; i < filled; i++) image.view.setUint32(image.blockAt(indirect) + (i - 11) * 4, first + i, true);
  const entries = new DataView(image.bytes.buffer, image.blockAt(first), blockSize);
  for (let i = 0; i < perBlock; i++) {
    entries.setUint32(i * 12, opt, true);
    entries.setUint16(i * 12 + 4, i === perBlock - 1 ? blockSize - i * 12 : 12, true);
    entries.setUint8(i * 12 + 6, 4);
    entries.setUint8(i * 12 + 7, folder);
    entries.setUint32(i * 12 + 8, 0x61616161 + (i & 15) + ((i >> 4) & 15) * 0x100 + (i >> 8) * 0x10000);
  }
  for (let block = first + 1; block < indirect; block++)
    image.bytes.copyWithin(image.blockAt(block), image.blockAt(first), image.blockAt(first + 1));
  setBlockWords(image, tree.home, ...words);
  return image.setInode(tree.home, { i_size_lo: (filled + 1) * blockSize, i_blocks_lo: (filled + 2) * 8 });
}
const opt = 20;
const folder = 2;
/** Entries in a block of 4096 bytes, and blocks of them. */
const perBlock = 341;
const filled = 191;

oracleTest('more than 65,000 links to a directory need a feature', async () => {
  const report = await checkWhole(manyLinks(), { maxFindings: 1 });
  expect(report.counts).toEqual({
    'entry-links-directory-again': perBlock * filled,
    'superblock-dir-nlink-missing': 1,
    'inode-links-wrong': 1,
    'block-used-marked-free': 1,
  });
});

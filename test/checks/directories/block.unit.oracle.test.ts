import { expect } from 'vitest';
import { problems } from '../../../src/checks/directories/block';
import { dirent } from '../../../src/layout/dirent';
import { extentLeaf } from '../../../src/layout/extent';
import { xattrEntry } from '../../../src/layout/xattr';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import type { Damage } from '../../support/damages';
import { inodeOf, TestDirectory } from '../../support/directory';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { unitTest } from '../../support/project-tests';
import { setBlockWords, setRoot, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const sbin = (image: TestImage) => TestDirectory.at(image, '/usr/sbin');

const inline = {
  size: '4M',
  options: '-t ext4 -b 1024 -O inline_data,metadata_csum',
  commands: ['mkdir a', 'mkdir a/b'],
};
/** Inode of `a` in `inline`. */
const inlineDirectory = 12;

const blocksOf64K = (checksums: string) => ({
  size: '16M',
  options: `-t ext4 -b 65536 -O ^has_journal,^resize_inode,^64bit,${checksums} -N 16`,
  commands: ['mkdir a', 'mkdir a/b'],
});
const emptied = (image: TestImage) => image.fill(TestDirectory.at(image, '/a').blockAt(), 65536);

const damages: Damage[] = [
  {
    name: 'a block of zeros',
    image: ext2,
    damage: (image) => image.fill(sbin(image).blockAt(), image.made.blockSize),
    findings: [
      'directory-block-zero',
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a block of zeros where checksums are kept',
    image: ext4,
    damage: (image) => image.fill(sbin(image).blockAt(), image.made.blockSize),
    findings: [
      'directory-block-zero',
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'a block of 64 KiB of zeros, which is one unused entry',
    native: true,
    image: () => makeImage(blocksOf64K('^metadata_csum')),
    damage: emptied,
    findings: [
      'directory-block-zero',
      'directory-dot-missing 0x020009',
      'directory-dot-inode-wrong 0x020001',
      'directory-dot-long 0x020024',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      ...times(3, 'inode-links-wrong 0x040003'),
    ],
  },
  {
    name: 'a block of 64 KiB of zeros where checksums are kept: the entry reaches into the checksum',
    native: true,
    image: () => makeImage(blocksOf64K('metadata_csum')),
    damage: emptied,
    findings: [
      'directory-block-zero',
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      ...times(3, 'inode-links-wrong 0x040003'),
    ],
  },
  {
    name: 'a block of zeros that the hash index leads to',
    image: () => TestImage.load('ext3-1k-htree'),
    damage: (image) => {
      const many = TestDirectory.at(image, '/usr/share/many');
      return image.fill(many.blockAt(5), image.made.blockSize);
    },
    findings: ['directory-block-zero', 'directory-entry-corrupt 0x020013', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a hole in the middle',
    image: ext2,
    damage: (image) => image.setBlockWord(11, 3, 0).setInode(11, { i_blocks_lo: 22 }),
    findings: ['directory-hole 0x020015', 'block-marked-unused 0x050004'],
  },
  {
    name: 'no first block',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.home, 0, 0).setInode(tree.home, { i_blocks_lo: 0 }),
    findings: [
      'directory-empty 0x010006',
      'inode-size-wrong 0x01000c',
      'directory-hole 0x020015',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a first extent that starts too late',
    image: ext4,
    damage: (image) => setRoot(image, 11, 1, extentLeaf.ee_block, 1),
    findings: [
      'directory-extent-gap 0x010072',
      'inode-size-wrong 0x01000c',
      'directory-hole 0x020015',
      'entry-links-self 0x020004',
      'entry-dot-again 0x02001a',
      'entry-links-directory-again 0x020006',
      'entry-dotdot-again 0x02001b',
      'entry-links-directory-again 0x020006',
      'directory-dotdot-wrong 0x030005',
    ],
  },
  {
    name: 'a block behind the end of the image',
    image: ext2,
    damage: (image) =>
      image.setBlockWord(tree.home, 0, image.made.blocksCount - 1).resized(image.bytes.length - image.made.blockSize),
    findings: [
      'image-truncated 0x000005',
      'directory-block-unreadable 0x020020',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'a record that is too short',
    image: ext2,
    damage: (image) => sbin(image).set('sshd', { rec_len: 8 }).image,
    findings: ['directory-entry-corrupt 0x020013', 'inode-unattached 0x040002', 'inode-unattached 0x040002'],
  },
  {
    name: 'a record whose length is no multiple of four',
    image: ext2,
    damage: (image) => sbin(image).set('sshd', { rec_len: 18 }).image,
    findings: ['directory-entry-corrupt 0x020013', 'inode-unattached 0x040002', 'inode-unattached 0x040002'],
  },
  {
    name: 'a record that leads past the end of the block',
    image: ext4,
    damage: (image) => sbin(image).set('sshd-gen-keys-start', { rec_len: 1024 }).image,
    findings: ['directory-entry-corrupt 0x020013', 'inode-unattached 0x040002'],
  },
  {
    name: 'a name that does not fit into its record',
    image: ext4,
    damage: (image) => sbin(image).set('sshd', { name_len: 9 }).image,
    findings: ['directory-entry-corrupt 0x020013', 'inode-unattached 0x040002', 'inode-unattached 0x040002'],
  },
  {
    name: 'a first record that makes no sense',
    image: ext2,
    damage: (image) => sbin(image).set('.', { rec_len: 7 }).image,
    findings: [
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
    ],
  },
  {
    name: 'entries that run over the place of the checksum',
    image: ext4,
    damage: (image) => {
      const last = sbin(image).entryAt('sshd-gen-keys-start');
      return image.poke(dirent.rec_len, last, dirent.rec_len(image.view, last) + 12);
    },
    findings: ['directory-checksum-missing 0x02004c', 'directory-checksum-wrong 0x02004d'],
  },
  {
    name: 'something else in the place of the checksum',
    image: ext4,
    damage: (image) => image.poke(dirent.file_type, sbin(image).records().at(-1)!, 0xdd),
    findings: ['directory-checksum-missing 0x02004c', 'directory-checksum-wrong 0x02004d'],
  },
  {
    name: 'a block whose checksum is wrong',
    image: ext4,
    damage: (image) => image.fill(sbin(image).entryAt('sshd') + 8, 1, 0x53),
    findings: ['directory-checksum-wrong 0x02004d'],
  },
  {
    name: 'a block of the hash index whose checksum is wrong',
    image: ext4,
    damage: (image) => {
      const many = TestDirectory.at(image, '/usr/share/many');
      const { logical, at } = many.find('entry-10-abcdefghijklmnopqr') ?? { logical: 0, at: 0 };
      return image.fill(many.blockAt(logical) + image.made.blockSize - 4, at === 0 ? 0 : 1, 1);
    },
    findings: ['directory-checksum-wrong 0x02004d'],
  },
  {
    name: 'a reserved inode that is a directory',
    image: ext2,
    damage: (image) => {
      const block = image.made.blocksCount - 1;
      image.bytes.copyWithin(
        image.blockAt(block),
        TestDirectory.at(image, '/home').blockAt(),
        TestDirectory.at(image, '/home').blockAt() + image.made.blockSize,
      );
      image.poke(dirent.inode, image.blockAt(block), 9);
      return setBlockWords(image, 9, block).setInode(9, {
        i_mode: 0o40755,
        i_links_count: 2,
        i_size_lo: 1024,
        i_blocks_lo: 2,
        i_extra_isize: 32,
      });
    },
    findings: [
      'reserved-inode-bad-mode 0x010003',
      'entry-inode-invalid 0x020002',
      'directory-unregistered 0x02001c',
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'an inline directory of 62 bytes',
    native: true,
    image: () => makeImage(inline),
    damage: (image) => {
      const entry = image.inodeAt(inlineDirectory) + 128 + 32 + 4;
      image.poke(xattrEntry.e_value_size, entry, 2).poke(xattrEntry.e_value_offs, entry, 64);
      return image.setInode(inlineDirectory, { i_size_lo: 62 });
    },
    findings: ['directory-inline-size 0x02004e', 'directory-entry-corrupt 0x020013'],
  },
];

testWithWholeCheck(problems, damages, { elsewhere: ['directory-too-many-blocks'] });

unitTest('follows so many blocks and no more', async () => {
  const image = TestImage.load('ext2-1k');
  // the last directory in the table gets one more block, far behind a hole
  const log = inodeOf(image, '/var/log');
  const [top, middle, bottom, leaf] = [1, 2, 3, 4].map((back) => image.made.blocksCount - back) as [
    number,
    number,
    number,
    number,
  ];
  image.setBlockWord(log, 14, top);
  image.view.setUint32(image.blockAt(top) + 4, middle, true);
  image.view.setUint32(image.blockAt(middle), bottom, true);
  image.view.setUint32(image.blockAt(bottom), leaf, true);
  const logical = 12 + 256 + 256 ** 2 + 256 ** 2;
  const mapped = TestDirectory.at(image, '/var/log').logicals.length;
  const kept = 8192;
  const { counts, findings } = await checkWhole(image, { maxFindings: 3 });
  expect(counts).toMatchObject({ 'directory-too-many-blocks': 1, 'directory-hole': kept });
  expect(findings.find(({ id }) => id === 'directory-too-many-blocks')?.data).toEqual({
    dropped: logical - mapped - kept,
  });
});

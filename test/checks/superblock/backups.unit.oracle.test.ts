import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { checkBackups, problems } from '../../../src/checks/superblock/backups';
import { incompat } from '../../../src/layout/features';
import { superblock, superblockOffset, superblockSize } from '../../../src/layout/superblock';
import type { ReportFinding } from '../../../src/problem/collector';
import { groupFirstBlock } from '../../../src/volume/geometry';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { makeImage } from '../../support/e2fsprogs';
import { collect, TestImage } from '../../support/image';
import { unitTest } from '../../support/project-tests';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const { volume, superBlock } = await image.open();
  await checkBackups(volume, superBlock, report);
};

/** Copies in groups 0, 1 and, with sparse_super, no others. */
const load = () => TestImage.load('ext4-4k-csum');
const at = (image: TestImage, group: number): number => image.blockAt(groupFirstBlock(image.made, group));

/** Five groups with a copy each in all but the first, as without sparse_super. */
const everywhere = () => makeImage({ size: '8M', options: '-b 1024 -g 1024 -O ^sparse_super,^resize_inode' });

/** Zeros for the copies of the superblock and of the descriptors in these groups. */
function omit(image: TestImage, ...groups: number[]): TestImage {
  const { blockSize, descBlocks } = image.made;
  for (const group of groups) image.fill(at(image, group), (1 + descBlocks) * blockSize);
  return image;
}

/** Turns features on in the primary superblock alone. */
const turnOn = (image: TestImage, features: number): TestImage =>
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | features });

const damages: Damage[] = [
  damaged('no copies at all', load, (image) => omit(image, 1), ['superblock-backups-absent']),
  {
    name: 'no copies at all, of two',
    native: true,
    image: () => makeImage({ size: '8M', options: '-b 1024 -g 1024 -O sparse_super2,^sparse_super,^resize_inode' }),
    damage: (image) => omit(image, 1, 7),
    findings: ['superblock-backups-absent'],
  },
  {
    name: 'no copies at all, of seven',
    native: true,
    image: everywhere,
    damage: (image) => omit(image, 1, 2, 3, 4, 5, 6, 7),
    findings: ['superblock-backups-absent'],
  },
  {
    name: 'one copy of seven is there',
    native: true,
    image: everywhere,
    damage: (image) => omit(image, 1, 2, 3, 5, 6, 7),
    findings: Array<string>(6).fill('superblock-backup-damaged'),
  },
  {
    name: 'one copy of the descriptors is there',
    native: true,
    image: everywhere,
    damage: (image) => omit(image, 1, 2, 3, 5, 6, 7).fill(at(image, 4), superblockSize),
    findings: Array<string>(7).fill('superblock-backup-damaged'),
  },
  {
    name: 'extents that were turned on later',
    native: true,
    image: everywhere,
    damage: (image) => turnOn(image, incompat.extent),
    findings: Array<string>(7).fill('superblock-backup-older'),
  },
  {
    name: 'encryption that was turned on later',
    image: load,
    damage: (image) => turnOn(image, incompat.encrypt),
    findings: ['superblock-backup-older'],
  },
  {
    name: 'encryption and data in inodes that were turned on later',
    image: load,
    damage: (image) => turnOn(image, incompat.encrypt | incompat.inline_data),
    findings: ['superblock-backup-older'],
  },
  {
    name: 'a feature that nothing turns on in the primary superblock alone',
    image: load,
    damage: (image) => turnOn(image, incompat.encrypt | incompat.ea_inode),
    findings: ['superblock-backup-differs'],
  },
  {
    name: 'a feature in the copy alone',
    image: load,
    damage: (image) =>
      image.poke(superblock.s_feature_incompat, at(image, 1), image.made.sb.s_feature_incompat | incompat.encrypt),
    findings: ['superblock-backup-differs'],
  },
  {
    name: 'a feature that was turned on later, and another size',
    image: load,
    damage: (image) => turnOn(image, incompat.encrypt).poke(superblock.s_inodes_per_group, at(image, 1), 7),
    findings: ['superblock-backup-differs'],
  },
  damaged('a copy of zeros', load, (image) => image.fill(at(image, 1), superblockSize), ['superblock-backup-damaged']),
  {
    name: 'a copy overwritten by something else',
    image: load,
    damage: (image) => image.fill(at(image, 1), image.made.blockSize, 0x41),
    findings: ['superblock-backup-damaged'],
  },
  {
    name: 'a copy of a larger file system',
    image: load,
    damage: (image) => image.poke(superblock.s_blocks_count_lo, at(image, 1), image.made.blocksCount * 2),
    findings: ['superblock-backup-differs'],
  },
  {
    name: 'a copy that lacks a feature',
    image: load,
    damage: (image) => image.poke(superblock.s_feature_incompat, at(image, 1), incompat.filetype),
    findings: ['superblock-backup-differs'],
  },
  {
    name: 'a primary superblock that needs recovery',
    image: load,
    damage: (image) =>
      image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.needs_recovery }),
    findings: [],
  },
  damaged('a group without a copy', load, (image) => image.fill(at(image, 2), superblockSize), []),
  damaged('a copy behind the end of the image', load, (image) => image.resized(at(image, 1) + superblockSize - 1), []),
  {
    name: 'the two copies of sparse_super2',
    native: true,
    image: () => makeImage({ size: '8M', options: '-b 1024 -g 1024 -O sparse_super2,^sparse_super,^resize_inode' }),
    damage: (image) => image.fill(at(image, 1), superblockSize).fill(at(image, 7), superblockSize),
    findings: ['superblock-backup-damaged', 'superblock-backup-damaged'],
  },
  {
    name: 'the copies of bigalloc with 1 KiB blocks',
    native: true,
    image: () => makeImage({ size: '32M', options: '-t ext4 -b 1024 -C 2048 -O bigalloc' }),
    damage: (image) => image.fill(at(image, 1), superblockSize),
    findings: ['superblock-backup-damaged'],
  },
];

testDamages(problems, check, damages, { elsewhere: ['image-without-data'] });

unitTest('names every field that differs, with both values', async () => {
  const image = load();
  image.poke(superblock.s_inodes_per_group, at(image, 1), 7).poke(superblock.s_desc_size, at(image, 1), 128);
  const { report, findings } = collect();
  await check(image, report);
  expect(findings).toEqual([
    expect.objectContaining({
      group: 1,
      block: 1024,
      data: {
        fields: ['s_inodes_per_group', 's_desc_size'],
        stored: [7, 128],
        expected: [image.made.inodesPerGroup, 64],
      },
    }),
  ]);
});

unitTest('leaves out the copy in use and the primary one', async () => {
  const image = load();
  const { volume } = await image.open();
  image.fill(superblockOffset, superblockSize).fill(at(image, 1), superblockSize);
  const { report, findings } = collect();
  await checkBackups(volume, groupFirstBlock(image.made, 1), report);
  expect(findings).toEqual([]);
});

const clean = readdirSync(new URL('../../../fixtures/clean/', import.meta.url)).map((name) =>
  name.replace('.img.gz', ''),
);
unitTest.each(clean)('is silent on %s', async (name) => {
  const { report, findings } = collect();
  await check(TestImage.load(name), report);
  expect(findings).toEqual([]);
});

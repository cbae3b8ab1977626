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

const damages: Damage[] = [
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

testDamages(problems, check, damages);

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

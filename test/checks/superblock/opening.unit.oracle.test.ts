import { expect, test } from 'vitest';
import { problems, reportOpening } from '../../../src/checks/superblock/opening';
import { compat, incompat } from '../../../src/layout/features';
import { groupDesc } from '../../../src/layout/group';
import { superblockOffset, superblockSize } from '../../../src/layout/superblock';
import type { ReportFinding } from '../../../src/problem/collector';
import { memorySource } from '../../../src/source/memory';
import { SourceError } from '../../../src/source/source';
import { openFileSystem } from '../../../src/volume/open';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { type Damage, testDamages } from '../../support/damages';
import { makeImage } from '../../support/e2fsprogs';
import { collect, inShort, TestImage } from '../../support/image';
import { nativeTest, unitTest } from '../../support/project-tests';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  reportOpening(await openFileSystem(image.source()), image.source(), report);
};

const oneGroup = () => TestImage.load('ext2-128-inode');
const groups = () => TestImage.load('ext4-4k-csum');
/** With the block size's usual number of blocks in a group, so that backups are found without the primary. */
const usualGroups = () => makeImage({ size: '12M', options: '-t ext4 -b 1024 -O metadata_csum,64bit' });
const zeroSuper = (image: TestImage) => image.fill(superblockOffset, superblockSize);

const damages: Damage[] = [
  {
    name: 'no superblock, and no backup where it is looked for',
    image: oneGroup,
    damage: zeroSuper,
    findings: ['superblock-damaged 0x000044', 'superblock-missing 0x000004'],
  },
  {
    name: 'no superblock, but a backup',
    native: true,
    image: usualGroups,
    damage: zeroSuper,
    findings: ['superblock-damaged 0x000044', 'superblock-backup-used'],
  },
  {
    name: 'a superblock with a wrong checksum, and no backup',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) =>
      image
        .fill(superblockOffset + 0x88, 1, 0x41)
        .fill(8193 * 1024, 1024)
        .fill(1025 * 1024, 1024),
    findings: ['superblock-damaged 0x000044', 'superblock-unusable 0x000004'],
  },
  {
    name: 'an impossible block size',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_log_block_size: 9 }),
    findings: ['superblock-damaged 0x000044', 'superblock-unusable 0x000004'],
  },
  {
    name: 'groups that are not made of clusters',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_clusters_per_group: 512 }),
    findings: ['superblock-damaged 0x000044', 'superblock-unusable 0x000004'],
  },
  {
    name: 'a newer revision',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_rev_level: 2 }),
    findings: ['superblock-revision-unsupported 0x000004'],
  },
  {
    name: 'an unknown kind of checksums',
    image: groups,
    damage: (image) => image.setSuper({ s_checksum_type: 2 }),
    findings: ['superblock-checksum-type-unknown 0x000004'],
  },
  {
    name: 'an unknown feature and an impossible block size',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_feature_compat: 0x40, s_log_block_size: 9 }),
    findings: ['superblock-damaged 0x000044', 'superblock-unusable 0x000004'],
  },
  {
    name: 'unknown features',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.dirdata }),
    findings: ['superblock-feature-unsupported'],
  },
  {
    name: 'unknown features that older programs may ignore, and destroyed descriptors',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_inode_table_lo: 99_999 }).setSuper({ s_feature_compat: 0x40000000 }),
    findings: ['superblock-feature-unsupported', 'group-descriptors-implausible 0x000045'],
  },
  {
    name: 'unknown features that older programs may ignore, destroyed descriptors, and a backup without them',
    image: groups,
    damage: (image) =>
      image
        .setGroup(0, { bg_inode_bitmap_lo: bitmapOf(image) })
        .setSuper({ s_feature_ro_compat: (image.made.sb.s_feature_ro_compat | 0x80000000) >>> 0 }),
    findings: ['superblock-feature-unsupported', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
  },
  {
    name: 'a journal device',
    image: oneGroup,
    damage: (image) => image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.journal_dev }),
    findings: ['superblock-journal-device 0x000004'],
  },
  {
    name: 'descriptors of 32 bytes with 64bit, and a backup',
    native: true,
    image: usualGroups,
    damage: (image) => image.setSuper({ s_desc_size: 32 }),
    findings: ['superblock-descriptor-size', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
  },
  {
    name: 'descriptors of 48 bytes with 64bit, and a backup',
    native: true,
    image: usualGroups,
    damage: (image) => image.setSuper({ s_desc_size: 48 }),
    findings: ['superblock-descriptor-size', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
  },
  {
    name: 'descriptors of no bytes with 64bit, and a backup',
    native: true,
    image: usualGroups,
    damage: (image) => image.setSuper({ s_desc_size: 0 }),
    findings: ['superblock-descriptor-size', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
    e2fsckDiffers: 'it crashes',
  },
  {
    name: 'an image that ends before its descriptors',
    image: groups,
    damage: (image) => image.resized(4096),
    findings: ['group-descriptors-missing'],
  },
  {
    name: 'an inode table outside the file system',
    image: oneGroup,
    damage: (image) => image.setGroup(0, { bg_inode_table_lo: 99_999 }),
    findings: ['group-descriptors-implausible 0x000045'],
  },
  {
    name: 'an inode bitmap on top of a block bitmap, and a backup',
    image: groups,
    damage: (image) => image.setGroup(0, { bg_inode_bitmap_lo: bitmapOf(image) }),
    findings: ['group-descriptors-implausible 0x000045', 'superblock-backup-used'],
  },
];

/** Where group 0 has its block bitmap. */
const bitmapOf = (image: TestImage): number => groupDesc.bg_block_bitmap_lo(image.view, image.groupAt(0));

testDamages(problems, check, damages);

unitTest('names the features that are not known', async () => {
  const { report, findings } = collect();
  const image = oneGroup().setSuper({
    s_feature_incompat: 0x1002,
    s_feature_ro_compat: 0x80000000,
    s_feature_compat: 0x40,
  });
  await check(image, report);
  expect(findings[0]?.data).toEqual({ features: ['lazy_bg', 'dirdata', 'FEATURE_R31'] });
});

unitTest.each([0, 1, 1023, 1024, 2047])('%i bytes are no file system', async (size) => {
  const source = memorySource(new Uint8Array(size));
  const { report, findings } = collect();
  reportOpening(await openFileSystem(source), source, report);
  expect(inShort(findings)).toEqual(['superblock-damaged 0x000044', 'superblock-missing 0x000004']);
});

unitTest('says nothing of bytes that cannot be read', async () => {
  const source = {
    size: 8 << 20,
    read(at: number, into: Uint8Array): number {
      throw new SourceError('bad sector', at, into.length);
    },
  };
  const { report, findings } = collect();
  reportOpening(await openFileSystem(source), source, report);
  expect(findings).toEqual([]);
});

/** What is found, and e2fsck finds too, where only features are unknown that older programs may ignore. */
const unjudged: [string, () => TestImage, string[]][] = [
  [
    'a journal without the feature',
    () => {
      const image = TestImage.load('ext4-1k-csum-tree');
      return image.setSuper({ s_feature_compat: (image.made.sb.s_feature_compat & ~compat.has_journal) | 0x40000000 });
    },
    ['superblock-feature-unsupported', 'journal-without-feature 0x000016'],
  ],
  [
    'the feature without a journal',
    () => oneGroup().setSuper({ s_feature_compat: compat.has_journal | 0x40000000 }),
    ['superblock-feature-unsupported', 'journal-inode-unusable 0x00000f'],
  ],
  [
    'no journal at all',
    () => oneGroup().setSuper({ s_feature_compat: 0x40000000 }),
    ['superblock-feature-unsupported'],
  ],
];

for (const [name, image, findings] of unjudged) {
  test(`unknown features that older programs may ignore, and ${name}`, async () => {
    const report = await checkWhole(image());
    expect(inShort(report.findings)).toEqual(findings);
    expect(report.verdict).toBe('fatal');
  });
  nativeTest(`unknown features that older programs may ignore, and ${name}: e2fsck agrees`, () => {
    expectSameCodes(image(), findings);
  });
}

const clustersOfOneKiB = () =>
  makeImage({ size: '4M', options: '-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal,^resize_inode,^metadata_csum' });

nativeTest('with clusters of blocks of 1 KiB nothing can lie in block 0', async () => {
  const image = clustersOfOneKiB().setGroup(0, { bg_block_bitmap_lo: 0 });
  const { descriptors } = await openFileSystem(image.source());
  expect(descriptors).toEqual({ group: 0, what: 'block bitmap', block: 0 });
  const { findings } = await checkWhole(image);
  expect(inShort(findings)).toContain('group-descriptors-implausible 0x000045');
});

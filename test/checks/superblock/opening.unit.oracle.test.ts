import { expect } from 'vitest';
import { problems, reportOpening } from '../../../src/checks/superblock/opening';
import { formatFinding } from '../../../src/entries/common';
import { compat, incompat } from '../../../src/layout/features';
import { groupDesc } from '../../../src/layout/group';
import { superblockOffset, superblockSize } from '../../../src/layout/superblock';
import { openImage } from '../../../src/open-image';
import type { ReportFinding } from '../../../src/problem/collector';
import type { Verdict } from '../../../src/problem/report';
import { memorySource } from '../../../src/source/memory';
import { SourceError } from '../../../src/source/source';
import { openFileSystem } from '../../../src/volume/open';
import { checkWhole } from '../../support/check-damages';
import { type Damage, testDamages } from '../../support/damages';
import { e2fsck, makeImage } from '../../support/e2fsprogs';
import { collect, inShort, TestImage } from '../../support/image';
import { nativeTest, unitTest } from '../../support/project-tests';
import { tree } from '../../support/tree';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  reportOpening(await openFileSystem(image.source()), image.source(), report);
};

const oneGroup = () => TestImage.load('ext2-128-inode');
const csum = () => TestImage.load('ext4-1k-csum-tree');
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
    findings: ['superblock-feature-unknown', 'group-descriptors-implausible 0x000045'],
  },
  {
    name: 'unknown features that older programs may ignore, destroyed descriptors, and a backup without them',
    image: groups,
    damage: (image) =>
      image
        .setGroup(0, { bg_inode_bitmap_lo: bitmapOf(image) })
        .setSuper({ s_feature_ro_compat: (image.made.sb.s_feature_ro_compat | 0x80000000) >>> 0 }),
    findings: ['superblock-feature-unknown', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
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

// disks are in volume/start/decide
testDamages(problems, check, damages, { elsewhere: ['image-partitioned'] });

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

/** Images with features that are unknown and that older programs may ignore: they are checked, and the rest is a gap. */
const unknown: readonly {
  name: string;
  image: () => TestImage;
  findings: readonly string[];
  verdict: Verdict;
  features: readonly string[];
}[] = [
  {
    name: 'the mark of Chrome OS on a root that must not be written',
    image: () => oneGroup().setSuper({ s_feature_ro_compat: 0xff000000 + oneGroup().made.sb.s_feature_ro_compat }),
    findings: ['superblock-feature-unknown'],
    verdict: 'incomplete',
    features: [
      'FEATURE_R24',
      'FEATURE_R25',
      'FEATURE_R26',
      'FEATURE_R27',
      'FEATURE_R28',
      'FEATURE_R29',
      'FEATURE_R30',
      'FEATURE_R31',
    ],
  },
  {
    name: 'a read-only compatible feature, with checksums',
    image: () => csum().setSuper({ s_feature_ro_compat: csum().made.sb.s_feature_ro_compat | 0x20000 }),
    findings: ['superblock-feature-unknown'],
    verdict: 'incomplete',
    features: ['FEATURE_R17'],
  },
  {
    name: 'a compatible feature',
    image: () => csum().setSuper({ s_feature_compat: csum().made.sb.s_feature_compat | 0x2000 }),
    findings: ['superblock-feature-unknown'],
    verdict: 'incomplete',
    features: ['FEATURE_C13'],
  },
  {
    name: 'one of each, and a fault in an inode',
    image: () =>
      csum()
        .setSuper({
          s_feature_compat: csum().made.sb.s_feature_compat | 0x40000000,
          s_feature_ro_compat: csum().made.sb.s_feature_ro_compat | 0x40000,
        })
        .setInode(tree.fstab, { i_mode: 0o644 }),
    findings: ['superblock-feature-unknown', 'inode-blocks-wrong 0x01000d'],
    verdict: 'error',
    features: ['FEATURE_C30', 'FEATURE_R18'],
  },
  {
    name: 'a compatible feature, and a journal without its feature',
    image: () =>
      csum().setSuper({ s_feature_compat: (csum().made.sb.s_feature_compat & ~compat.has_journal) | 0x40000000 }),
    findings: ['superblock-feature-unknown', 'journal-without-feature 0x000016'],
    verdict: 'incomplete',
    features: ['FEATURE_C30'],
  },
  {
    name: 'a compatible feature, and no journal for its feature',
    image: () => oneGroup().setSuper({ s_feature_compat: compat.has_journal | 0x40000000 }),
    findings: ['superblock-feature-unknown', 'journal-inode-unusable 0x00000f'],
    verdict: 'fatal',
    features: ['FEATURE_C30'],
  },
];

for (const { name, image, findings, verdict, features } of unknown) {
  unitTest(`unknown features that older programs may ignore: ${name}`, async () => {
    const report = await checkWhole(image());
    expect(inShort(report.findings).slice(0, findings.length)).toEqual(findings);
    expect(report.verdict).toBe(verdict);
    expect(report.findings[0]?.data?.['features']).toEqual(features);
    expect(report.notChecked.map(({ what }) => what)).toContain('unknown features');
    expect(report.checked).toContain('directories');
    const files = await openImage(image().source());
    expect((await files.stat('/etc')).type).toBe('directory');
  });
  nativeTest(`unknown features that older programs may ignore: ${name}: e2fsck stops`, () => {
    const { status, codes } = e2fsck(image());
    expect(status & 8).toBe(8);
    // it looks at the journal before it stops
    expect(findings.map((finding) => finding.split(' ')[1])).toEqual(expect.arrayContaining(codes));
  });
}

unitTest('the mark of Chrome OS and the refusal of a mount are said', async () => {
  const said = async (image: TestImage) => formatFinding((await checkWhole(image)).findings[0]!);
  expect(await said(unknown[0]!.image())).toMatch(
    /R31, as Chrome OS marks .*; Linux refuses a read-write mount, and -o ro works$/,
  );
  expect(await said(unknown[1]!.image())).toMatch(/: FEATURE_R17; Linux refuses a read-write mount, and -o ro works$/);
  expect(await said(unknown[2]!.image())).toMatch(/: FEATURE_C13$/);
});

const clustersOfOneKiB = () =>
  makeImage({ size: '4M', options: '-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal,^resize_inode,^metadata_csum' });

nativeTest('with clusters of blocks of 1 KiB nothing can lie in block 0', async () => {
  const image = clustersOfOneKiB().setGroup(0, { bg_block_bitmap_lo: 0 });
  const { descriptors } = await openFileSystem(image.source());
  expect(descriptors).toEqual({ group: 0, what: 'block bitmap', block: 0 });
  const { findings } = await checkWhole(image);
  expect(inShort(findings)).toContain('group-descriptors-implausible 0x000045');
});

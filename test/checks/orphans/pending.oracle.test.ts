/** Inodes that wait to be deleted: no damage, and after a replay not even a difference. */
import { describe, expect, test } from 'vitest';
import { allProblems as catalogue } from '../../../src/all-problems';
import { incompat, roCompat } from '../../../src/layout/features';
import { inode } from '../../../src/layout/inode';
import { fsState } from '../../../src/layout/superblock';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { hasE2fsprogs, makeImage } from '../../support/e2fsprogs';
import { inShort, type TestImage } from '../../support/image';
import { LogBuilder } from '../../support/journal-log';

/** Two files and a directory that lost their names and links, as the kernel lists them: 12, then 14, then 13. */
const orphaned = (type = 'ext4'): TestImage => {
  const commands = [
    'write package-lock.json a',
    'mkdir d',
    'write package-lock.json b',
    'write package.json kept',
    'unlink a',
    'unlink b',
    'unlink d',
    'sif / links_count 3',
    ...[12, 13, 14].map((ino) => `sif <${ino}> links_count 0`),
    'sif <12> dtime 14',
    'sif <14> dtime 13',
    'ssv last_orphan 12',
  ];
  return makeImage({ size: '8M', options: `-t ${type} -b 1024`, commands });
};
const pending = (count: number): string[] => Array<string>(count).fill('orphan-inode-pending');
/** Deletes those blocks of the expectation that depend on where the tools put files. */
const ids = (findings: readonly { id: string }[]) => findings.map(({ id }) => id);

describe.skipIf(!hasE2fsprogs).each(['ext4', 'ext3'])('%s', (type) => {
  test('reports nothing else after a replay', async () => {
    const image = orphaned(type);
    await LogBuilder.on(image);
    const report = await checkWhole(image);
    expect(ids(report.findings)).toEqual(pending(3));
    expect(report).toMatchObject({ verdict: 'info', notChecked: [], journal: { state: 'replayed' } });
  });

  test('without a replay reports what e2fsck reports, but not as damage', async () => {
    const image = orphaned(type);
    const { findings, verdict } = await checkWhole(image);
    expect(verdict).toBe('info');
    expect(ids(findings).slice(0, 3)).toEqual(pending(3));
    expect(inShort(findings).filter((finding) => finding.startsWith('orphan-inode-unfinished'))).toEqual([
      'orphan-inode-unfinished 0x010036',
      'orphan-inode-unfinished 0x010004',
      'orphan-inode-unfinished 0x010036',
    ]);
    expect(ids(findings)).toContain('block-marked-unused');
    expectSameCodes(image, inShort(findings));
  });

  test('with recorded errors the list is not worked off', async () => {
    const image = orphaned(type).setSuper({ s_state: fsState.ERROR });
    await LogBuilder.on(image);
    expect(ids((await checkWhole(image)).findings)).toContain('orphan-inode-unfinished');
  });
});

describe.skipIf(!hasE2fsprogs)('lists that lead nowhere', () => {
  const broken = async (change: (image: TestImage) => void) => {
    const image = orphaned();
    change(image);
    const { findings } = await checkWhole(image);
    expectSameCodes(image, inShort(findings));
    return findings.filter(({ id }) => id === 'orphan-list-broken' || id === 'orphan-inode-pending');
  };

  test('the superblock names an inode that does not exist', async () => {
    const found = await broken((image) => image.setSuper({ s_last_orphan: 1_000_000 }));
    expect(ids(found)).toEqual(['orphan-list-broken']);
    expect(found[0]!.data).toMatchObject({ stored: 1_000_000, after: 0 });
  });

  test('a reserved inode', async () => {
    expect(ids(await broken((image) => image.setSuper({ s_last_orphan: 2 })))).toEqual(['orphan-list-broken']);
  });

  test('an inode after one that does not exist', async () => {
    const found = await broken((image) => image.setInode(14, { i_dtime: 1_700_000_000 }));
    expect(ids(found)).toEqual(['orphan-inode-pending', 'orphan-inode-pending', 'orphan-list-broken']);
    expect(found[2]!.data).toMatchObject({ after: 14 });
  });

  test('a circle', async () => {
    const found = await broken((image) => image.setInode(13, { i_dtime: 12 }));
    expect(ids(found)).toEqual([...pending(3), 'orphan-list-broken']);
    expect(catalogue['orphan-list-broken']!.say(found[3]!.data as never)).toBe(
      'the number in inode 13 is 12: the list runs in a circle',
    );
  });
});

test.skipIf(!hasE2fsprogs)('a file that will be truncated, and names of it that stay', async () => {
  const image = makeImage({
    size: '8M',
    options: '-t ext4 -b 1024',
    commands: ['write package-lock.json a', 'ssv last_orphan 12'],
  });
  image.setInode(12, { i_size_lo: 10 });
  const before = await checkWhole(image);
  expect(inShort(before.findings)).toEqual(['orphan-inode-pending', 'orphan-inode-unfinished 0x01000c']);
  expectSameCodes(image, inShort(before.findings));
  await LogBuilder.on(image);
  const after = await checkWhole(image);
  expect(inShort(after.findings)).toEqual(['orphan-inode-pending']);
  expect(after.findings[0]!.data).toEqual({ action: 'cuts it off at its size' });
});

test.skipIf(!hasE2fsprogs)(
  'a file that will be truncated, with blocks that are already missing from its count',
  async () => {
    const image = makeImage({
      size: '8M',
      options: '-t ext4 -b 1024',
      commands: ['write package-lock.json a', 'ssv last_orphan 12'],
    });
    image.setInode(12, { i_blocks_lo: 2 });
    const { findings } = await checkWhole(image);
    expect(inShort(findings)).toEqual(['orphan-inode-pending', 'orphan-inode-unfinished 0x01000d']);
    expectSameCodes(image, inShort(findings));
  },
);

/** One whose orphan file lists an inode. */
function withOrphanInFile(): TestImage {
  const image = makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -O orphan_file,^metadata_csum',
    commands: ['write package-lock.json a', 'unlink a', 'sif <13> links_count 0'],
  });
  const { s_feature_ro_compat, s_feature_incompat } = image.made.sb;
  expect(s_feature_incompat & incompat.extent).not.toBe(0);
  image.setSuper({ s_feature_ro_compat: s_feature_ro_compat | roCompat.orphan_present });
  const file = image.view.getUint32(image.inodeAt(12) + inode.i_block.offset + 20, true);
  image.view.setUint32(image.blockAt(file) + 8, 13, true);
  return image;
}

test.skipIf(!hasE2fsprogs)('inodes in the orphan file', async () => {
  const image = withOrphanInFile();
  const before = await checkWhole(image);
  expect(before.verdict).toBe('info');
  expect(inShort(before.findings).filter((finding) => finding.startsWith('orphan'))).toEqual([
    'orphan-inode-pending',
    'orphan-inode-unfinished 0x010004',
    'orphan-file-in-use 0x06000c',
  ]);
  // e2fsck reports it again as a file that must be recreated
  expectSameCodes(image, [...inShort(before.findings), 'orphan-file-corrupted 0x060009']);
  await LogBuilder.on(image);
  const after = await checkWhole(image);
  expect(ids(after.findings)).toEqual(['orphan-inode-pending', 'orphan-file-in-use']);
});

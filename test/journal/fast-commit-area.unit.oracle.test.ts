/** Where the fast-commit area ends: what lets a kernel mount, and what makes it refuse. Tried with Linux 6.18. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inode } from '../../src/layout/inode';
import { checkWhole } from '../support/check-damages';
import { FastLog } from '../support/fast-log';
import { inShort, TestImage } from '../support/image';
import { nativeTest, unitTest } from '../support/project-tests';
import { freshFolder } from '../support/scratch';
import { tree } from '../support/tree';

const load = () =>
  TestImage.unpack(new URL('../../fixtures/recovery/ext4-1k-fast-commit-area.img.gz', import.meta.url));

/** Blocks of the area. */
const area = 23;

/** A fast commit of one block: another name of a file, and its link count. */
const commit = (log: FastLog, i: number): FastLog =>
  log.name('LINK', tree.home, tree.fstab, `name ${i}`).inode(tree.fstab, { i_links_count: i + 2 });

/** `count` fast commits, each of which fills a block. */
function commits(log: FastLog, count: number): FastLog {
  for (let i = 0; i < count; i++) commit(log, i).tail();
  return log;
}

interface Area {
  name: string;
  /** Arguments of the first head: transaction and features. */
  head?: readonly [number, number];
  write: (log: FastLog) => void;
  /** Findings of the check, of which the first is about the area. */
  findings: readonly string[];
  data?: object;
  /** Changes that are replayed. */
  changes?: number;
  /** What e2fsck prints when it cannot replay; null if it replays. */
  e2fsck: RegExp | null;
}

const corrupted = /JBD2: corrupted journal superblock/;
const badChecksum = /Journal checksum error/;
const cancelled = /Operation canceled while recovering/;
/** e2fsck 1.47.0 takes the error of an argument for the order to stop. */
const noStop = /Invalid argument while recovering/;
const full = 'journal-fast-commits-full';
const corrupt = 'journal-fast-commits-corrupt';

const areas: readonly Area[] = [
  // refused
  {
    name: 'every block has a fast commit with its tail',
    write: (log) => commits(log, area),
    findings: [full],
    data: { last: 1047 },
    e2fsck: corrupted,
  },
  {
    name: 'the last block has changes without a tail',
    write: (log) => commit(commits(log, area - 1), area).pad(),
    findings: [full],
    data: { last: 1047 },
    e2fsck: corrupted,
  },
  {
    name: 'one fast commit goes on to the last block',
    write: (log) => {
      for (let i = 0; i < area; i++) log.name('LINK', tree.home, tree.fstab, 'x').pad();
    },
    findings: [full],
    e2fsck: corrupted,
  },
  {
    name: 'the first fast commit has no tail',
    write: (log) => commit(log, 0),
    findings: [corrupt],
    data: { reason: 'no-tail' },
    e2fsck: cancelled,
  },
  {
    name: 'an unknown kind of change comes before the first tail',
    write: (log) => commit(log, 0).tag(77, new Uint8Array(4)).tail(),
    findings: [corrupt],
    data: { reason: 'no-tail' },
    e2fsck: cancelled,
  },
  {
    name: 'the first tail has a wrong checksum',
    write: (log) => commit(log, 0).tail(8, 1),
    findings: [corrupt],
    data: { reason: 'checksum' },
    e2fsck: badChecksum,
  },
  {
    name: 'the first tail is of another transaction',
    write: (log) => commit(log, 0).tail(7),
    findings: [corrupt],
    data: { reason: 'checksum' },
    e2fsck: badChecksum,
  },
  {
    name: 'the first head has features',
    head: [8, 1],
    write: (log) => commit(log, 0).tail(),
    findings: [corrupt],
    data: { reason: 'features' },
    e2fsck: /Operation not supported/,
  },
  {
    name: 'a later head has features',
    write: (log) => commit(log, 0).tail().head(8, 2),
    findings: [corrupt],
    data: { reason: 'features' },
    e2fsck: /Operation not supported/,
  },
  // mounted
  { name: 'one block is free', write: (log) => commits(log, area - 1), findings: [], changes: 44, e2fsck: null },
  {
    name: 'the tail of the last block has a wrong checksum',
    write: (log) => commit(commits(log, area - 1), area).tail(8, 1),
    findings: [],
    changes: 44,
    e2fsck: null,
  },
  {
    name: 'the last block ends with an unknown kind of change',
    write: (log) => commit(commits(log, area - 1), area).tag(77, new Uint8Array(4)),
    findings: [],
    changes: 44,
    e2fsck: null,
  },
  {
    name: 'the last block is of an older transaction',
    write: (log) => commits(log, area - 1).head(7),
    findings: [],
    changes: 44,
    e2fsck: noStop,
  },
  {
    name: 'the whole area is of an older transaction',
    head: [7, 0],
    write: (log) => {
      for (let i = 0; i < area; i++) commit(log, i).tail(7);
    },
    findings: [],
    changes: 0,
    e2fsck: noStop,
  },
  {
    name: 'a second fast commit has no tail',
    write: (log) => commit(commits(log, 1), 1),
    findings: [],
    changes: 2,
    e2fsck: null,
  },
  {
    name: 'a second tail has a wrong checksum',
    write: (log) => commit(commits(log, 1), 1).tail(8, 1),
    findings: [],
    changes: 2,
    e2fsck: null,
  },
];

/** The image with only these tags in its area. */
async function made({ head: [transaction, features] = [8, 0], write }: Area): Promise<TestImage> {
  const log = await FastLog.on(load(), {}, { transaction, features });
  const used = log.place;
  const end = log.builder.offset(log.builder.last + area) + 1024;
  log.image.bytes.fill(0, used, end);
  write(log);
  return log.image;
}

for (const area of areas) {
  unitTest(area.name, async () => {
    const image = await made(area);
    const report = await checkWhole(image);
    expect(inShort(report.findings)).toEqual(area.findings);
    if (area.findings.length === 0) {
      expect(report).toMatchObject({ verdict: 'clean', journal: { state: 'replayed', fastCommits: area.changes } });
      return;
    }
    expect(report.verdict).toBe('fatal');
    expect(report.findings[0]).toMatchObject({ inode: 8, data: area.data ?? {} });
    // a kernel replays nothing then, so the state before was checked
    expect(report.journal).toMatchObject({ state: 'unusable', transactions: 0, fastCommits: 0 });
    expect(report.notChecked.map(({ what }) => what)).toEqual(['journal replay']);
    expect(inode.i_links_count(image.view, image.inodeAt(tree.fstab))).toBe(1);
    const before = await checkWhole(image, { replay: false });
    expect(inShort(before.findings)).toEqual([]);
  });

  nativeTest(`${area.name}: e2fsck`, async () => {
    const path = join(freshFolder(), 'image');
    writeFileSync(path, (await made(area)).bytes);
    const { stdout, stderr } = spawnSync('e2fsck', ['-y', '-E', 'journal_only', path], { encoding: 'utf8' });
    const said = `${stdout}${stderr}`;
    if (area.e2fsck === null) expect(said).not.toMatch(/corrupt|error|while recovering/);
    else expect(said).toMatch(area.e2fsck);
  });
}

unitTest('an area in blocks that the image ends before cannot be read', async () => {
  const image = await made(areas.find(({ name }) => name === 'one block is free')!);
  const log = await FastLog.on(load());
  const start = log.builder.offset(log.builder.last + 3);
  const cut = image.resized(start);
  const report = await checkWhole(cut);
  expect(inShort(report.findings)).toContain('journal-fast-commits-unreadable');
});

unitTest('an empty journal has no fast commits, whatever its area holds', async () => {
  const log = await FastLog.on(load());
  commits(log, area);
  log.builder.setSuper({ s_start: 0 });
  const report = await checkWhole(log.image);
  expect(report).toMatchObject({ verdict: 'clean', journal: { fastCommits: 0 } });
});

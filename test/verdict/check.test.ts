import { expect, test } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import { checkImage } from '../../src/check';
import { incompat } from '../../src/layout/features';
import type { Finding } from '../../src/problem/finding';
import type { CheckReport, Verdict } from '../../src/problem/report';
import { type ByteSource, SourceError } from '../../src/source/source';
import { checkWhole } from '../support/check-damages';
import { TestDirectory } from '../support/directory';
import { fakeNow } from '../support/e2fsprogs';
import { inShort, TestImage } from '../support/image';
import { tree } from '../support/tree';

const load = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const now = new Date(fakeNow * 1000);

/** 20 wrong link counts. */
function manyWrong(): TestImage {
  const image = load();
  for (let ino = tree.etc; ino < tree.etc + 20; ino++) image.setInode(ino, { i_links_count: 9 });
  return image;
}

/** A source that fails wherever a read touches a range. */
function failing(image: TestImage, at: number, length: number): ByteSource {
  const source = image.source();
  return {
    size: source.size,
    read(from, into) {
      if (from < at + length && from + into.length > at) throw new SourceError('input/output error', at, length);
      return source.read(from, into);
    },
  };
}

const recovering = (image: TestImage) =>
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.needs_recovery });

test.each<[Verdict, string, () => TestImage]>([
  ['clean', 'nothing is wrong', load],
  ['info', 'bookkeeping is', () => load().setSuper({ s_free_inodes_count: 3 })],
  ['warning', 'a count is', () => load().setInode(tree.fstab, { i_links_count: 2 })],
  ['error', 'a file is', () => load().setInode(tree.fstab, { i_mode: 0o644 })],
  ['fatal', 'the root directory is', () => load().setInode(2, { i_mode: 0o100755 })],
  ['fatal', 'there is no file system', () => load().fill(0, 4 * 1024 * 1024)],
  ['incomplete', 'the journal was not replayed', () => recovering(ext4())],
  ['incomplete', 'that, and a warning', () => recovering(ext4()).setInode(tree.fstab, { i_links_count: 2 })],
  ['error', 'that, and an error', () => recovering(ext4()).setInode(tree.fstab, { i_mode: 0o644 })],
])('%s: %s', async (verdict, _why, image) => {
  expect((await checkWhole(image(), { replay: false })).verdict).toBe(verdict);
});

test('replay is what is done when nothing is said', async () => {
  expect(await checkWhole(recovering(ext4()))).toMatchObject({
    verdict: 'clean',
    journal: { state: 'replayed', transactions: 0 },
    filesystem: { journalNeedsRecovery: true, unmountedCleanly: false },
  });
});

test('findings are bounded by id, counts are not', async () => {
  const whole = await checkWhole(manyWrong());
  const bounded = await checkWhole(manyWrong(), { maxFindings: 3 });
  expect(whole.counts).toEqual({ 'inode-links-wrong': 20 });
  expect(bounded.findings).toEqual(whole.findings.slice(0, 3));
  expect(bounded.counts).toEqual(whole.counts);
  expect(bounded.severityCounts).toEqual({ info: 0, warning: 20, error: 0, fatal: 0 });
  expect(bounded.verdict).toBe(whole.verdict);
  const none = await checkWhole(manyWrong(), { maxFindings: 0 });
  expect(none.findings).toEqual([]);
  expect(none.counts).toEqual(whole.counts);
  expect(none.verdict).toBe('warning');
});

/** 20 wrong link counts, and a name without an inode. */
function manyKinds(): TestImage {
  const image = manyWrong();
  TestDirectory.at(image, '/etc').set('fstab', { inode: 100 });
  return image;
}

test('onFinding hears of every finding that is kept, in order; it has its path at the end', async () => {
  const heard: Finding[] = [];
  const paths: (string | undefined)[] = [];
  const { findings } = await checkWhole(manyKinds(), {
    maxFindings: 4,
    onFinding: (finding) => {
      heard.push(finding);
      paths.push(finding.path);
    },
  });
  expect(heard.length).toBeGreaterThan(4);
  expect(heard.map((finding, i) => finding === findings[i])).toEqual(findings.map(() => true));
  expect(heard.filter(({ id }) => id === 'inode-links-wrong')).toHaveLength(4);
  expect(heard.find(({ id }) => id === 'entry-inode-unused')?.path).toBe('/etc/fstab');
  expect(paths).toEqual(paths.map(() => undefined));
});

test('onFinding is called while the check runs', async () => {
  const source = manyKinds().source();
  let reads = 0;
  const counting: ByteSource = {
    size: source.size,
    read(at, into) {
      reads++;
      return source.read(at, into);
    },
  };
  const readsAt: number[] = [];
  const { io } = await checkImage(counting, { now, onFinding: () => readsAt.push(reads) });
  expect(readsAt[0]).toBeGreaterThan(0);
  expect(readsAt[0]).toBeLessThan(io.reads);
  expect(readsAt).toEqual([...readsAt].sort((a, b) => a - b));
});

test.each([1, 5, 20])('after an abort at finding %i none is delivered, and the check rejects', async (stopAt) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  let heard = 0;
  const onFinding = () => {
    if (++heard === stopAt) controller.abort(reason);
  };
  await expect(checkWhole(manyKinds(), { signal: controller.signal, onFinding })).rejects.toBe(reason);
  expect(heard).toBe(stopAt);
});

test('an abort at the last finding, or where nothing can be checked, rejects as well', async () => {
  for (const image of [() => load().setSuper({ s_free_inodes_count: 3 }), () => load().fill(0, 4 * 1024 * 1024)]) {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onFinding = () => controller.abort(reason);
    await expect(checkWhole(image(), { signal: controller.signal, onFinding })).rejects.toBe(reason);
  }
});

test('an error of onFinding ends the check', async () => {
  const bug = new TypeError('a bug');
  const onFinding = () => {
    throw bug;
  };
  await expect(checkWhole(manyKinds(), { onFinding })).rejects.toBe(bug);
});

test('onFinding hears of what an extension adds to the finished report', async () => {
  const added: Finding = { id: 'mine/late', severity: 'warning' };
  const heard: string[] = [];
  const finish = (report: CheckReport): CheckReport => ({ ...report, findings: [...report.findings, added] });
  await checkWhole(manyKinds(), {
    maxFindings: 1,
    extensions: [{ name: 'mine', problems: {}, finish }],
    onFinding: ({ id }) => heard.push(id),
  });
  expect(heard.at(-1)).toBe('mine/late');
  expect(new Set(heard).size).toBe(heard.length);
});

test('onFinding hears why nothing could be checked', async () => {
  const heard: Finding[] = [];
  const report = await checkWhole(load().fill(0, 4 * 1024 * 1024), { onFinding: (finding) => heard.push(finding) });
  expect(heard).toEqual(report.findings);
  expect(report).toMatchObject({ filesystem: null, checked: [], notChecked: [{ what: 'everything' }] });
});

test('an aborted check rejects with the reason and reads no more', async () => {
  const source = load().source();
  const whole = (await checkWhole(load())).io.reads;
  for (let stopAt = 1; stopAt < whole; stopAt += Math.ceil(whole / 8)) {
    const controller = new AbortController();
    const reason = new Error(`enough after ${stopAt}`);
    let count = 0;
    const counting: ByteSource = {
      size: source.size,
      read(at, into) {
        if (++count === stopAt) controller.abort(reason);
        return source.read(at, into);
      },
    };
    await expect(checkImage(counting, { now, signal: controller.signal })).rejects.toBe(reason);
    expect(count).toBe(stopAt);
  }
});

test('a check that is aborted before it starts reads no more than a superblock', async () => {
  const source = load().source();
  let bytes = 0;
  const counting: ByteSource = {
    size: source.size,
    read(at, into) {
      bytes += into.length;
      return source.read(at, into);
    },
  };
  await expect(checkImage(counting, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  expect(bytes).toBeLessThanOrEqual(1024);
});

test('passes on an error of the source that is not a SourceError', async () => {
  const source = load().source();
  const bug = new TypeError('a bug');
  let reads = 0;
  const broken: ByteSource = {
    size: source.size,
    read(at, into) {
      if (++reads > 3) throw bug;
      return source.read(at, into);
    },
  };
  await expect(checkImage(broken, { now })).rejects.toBe(bug);
});

test('a range that cannot be read is reported, and all else is checked', async () => {
  const image = load().setInode(tree.fstab, { i_links_count: 2 }).setInode(2, { i_links_count: 3 });
  const sbin = TestDirectory.at(image, '/usr/sbin').blockAt();
  const report = await checkImage(failing(image, sbin, 1024), { now });
  const ids = new Set(report.findings.map(({ id }) => id));
  expect(report.verdict).toBe('error');
  expect(report.notChecked.length).toBeGreaterThan(0);
  expect(report.notChecked.every(({ what }) => /^bytes \d+ to \d+$/.test(what))).toBe(true);
  const failed = report.findings.filter(({ id }) => id === 'image-read-failed');
  expect(failed).toHaveLength(report.notChecked.length);
  for (const { bytes, data } of failed) {
    expect(bytes!.at).toBeLessThanOrEqual(sbin);
    expect(bytes!.at + bytes!.length).toBeGreaterThanOrEqual(sbin + 1024);
    expect(catalogue['image-read-failed']!.say(data!)).toBe('input/output error');
  }
  expect(ids).toContain('directory-block-unreadable');
  expect(inShort(report.findings).filter((finding) => finding.startsWith('directory-block-unreadable'))).toHaveLength(
    1,
  );
  expect(report.affected).toEqual([{ path: '/usr/sbin', how: 'unreadable' }]);
  const wrong = report.findings.filter(({ id }) => id === 'inode-links-wrong').map(({ inode }) => inode);
  expect(wrong).toEqual(expect.arrayContaining([2, tree.fstab]));
});

test('an image that cannot be read at its start is not called anything else', async () => {
  const report = await checkImage(failing(load(), 1024, 1024), { now });
  expect(report.verdict).not.toBe('clean');
  expect(report.notChecked.length).toBeGreaterThan(0);
});

test('the image is not changed and the answer is the same again', async () => {
  const image = manyWrong();
  const before = image.bytes.slice();
  const first = await checkWhole(image, { require: ['/etc/fstab'], image: 'a name' });
  expect(Buffer.compare(image.bytes, before)).toBe(0);
  expect(await checkWhole(image, { require: ['/etc/fstab'], image: 'a name' })).toEqual(first);
  expect(first).toMatchObject({ image: 'a name', required: [{ path: '/etc/fstab', state: 'ok' }] });
});

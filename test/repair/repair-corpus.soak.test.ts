/**
 * Repair over really damaged and randomly mutated images: what is left is clean or untouched, the original is kept bit for
 * bit, and the list of lost files is that of the kernel, or of debugfs where the kernel refuses to mount. A few images in the bounded soak, all of them in the full one.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { repairImage } from '../../src/repair/repair';
import type { RepairReport } from '../../src/repair/report';
import { debugfsWalk } from '../support/debugfs-walk';
import { hasE2fsprogs } from '../support/e2fsprogs';
import {
  long as all,
  canMount,
  corpus,
  corpusImage,
  freshFolder,
  hasCorpus,
  isClean,
  kernelWalk,
  sha256,
  soundImage,
  strays,
  type Walk,
} from '../support/repair';

vi.setConfig({ testTimeout: 600_000 });

const few = ['lost-ext2-4k-97', 'lost-ext4-nojnl-75', 'flip-dir-b', 'cut-ext2-60', 'live-ext4-commit', 'clean-ext4'];
const names = (): string[] =>
  all
    ? readdirSync(corpus).flatMap((name) => (name.endsWith('.img.gz') ? [name.slice(0, -'.img.gz'.length)] : []))
    : few;

const tally: Record<string, number> = {};
afterAll(() => {
  if (all) process.stdout.write(`${JSON.stringify(tally)}\n`);
});
const counted = (what: string) => {
  tally[what] = (tally[what] ?? 0) + 1;
};

/** Our printable names as the walk has them. */
const raw = (path: string): string =>
  Buffer.from(path, 'utf8')
    .toString('latin1')
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\\\', '\\');

/** The backup superblock that e2fsck used, as an option of debugfs. */
function startOf(report: RepairReport): string[] {
  const flags = report.fsck!.rounds[0]!.command;
  const [block, size] = ['-b', '-B'].map((name) => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : undefined));
  return block === undefined ? [] : ['-b', size!, '-s', block];
}

/** Compares the list of lost files with other readers: the kernel if it mounts the image, and debugfs. */
function compareWalks(report: RepairReport, before: string, after: string): void {
  const start = startOf(report);
  // where the kernel looks for a superblock instead of a lost one is its own affair
  const mounted = canMount && start.length === 0 ? [kernelWalk(before), kernelWalk(after)] : [];
  if (mounted[0] !== undefined && mounted[1] !== undefined) {
    compareWalk(report, mounted[0], mounted[1]);
    counted('trees of the kernel compared');
    // debugfs does not replay fast commits
    if (report.before!.filesystem?.features.includes('fast_commit')) return;
  }
  const listed = [debugfsWalk(before, start), debugfsWalk(after, [])];
  if (listed[0] === undefined || listed[1] === undefined) throw new Error('debugfs does not open it');
  compareWalk(report, listed[0], listed[1]);
  counted(`trees of debugfs compared${mounted[0] === undefined ? ', where the kernel refuses to mount' : ''}`);
}

function compareWalk({ changes: found }: RepairReport, was: Walk, is: Walk): void {
  const { changes } = found!;
  const lost = [...was.paths].filter(([path, type]) => is.paths.get(path) !== type).map(([path]) => path);
  const said = new Set(
    changes.filter(({ kind }) => ['missing', 'moved', 'type-changed'].includes(kind)).map(({ path }) => raw(path)),
  );
  // where the root directory lists nothing there is nothing to lose
  if (was.paths.size === 0) expect([...said]).toEqual([]);
  // a directory that is moved takes all below it along
  const moved = changes.filter(({ kind }) => kind === 'moved').map(({ path }) => `${raw(path)}/`);
  const once = [...was.several].map((path) => `${path}/`);
  const elsewhere = (path: string) => [...moved, ...once].some((top) => path.startsWith(top));
  expect(lost.filter((path) => !said.has(path) && !elsewhere(path))).toEqual([]);
  // what neither could look at before, the kernel for a wrong checksum, we can; else nothing more is said to be lost
  const unseen = [...was.broken];
  const more = [...said].filter(
    (path) =>
      !lost.includes(path) &&
      !elsewhere(path) &&
      !unseen.some((top) => path === top || path.startsWith(`${top}/`) || top === '/'),
  );
  expect(more).toEqual([]);
}

test.skipIf(!hasE2fsprogs)('debugfs lists what is there (needs e2fsprogs)', () => {
  const image = soundImage(join(freshFolder(), 'image'));
  const directories = ['/boot', '/etc', '/lost+found', '/usr'];
  const files = ['/boot/initrd', '/boot/vmlinuz', '/etc/os-release', '/usr/one', '/usr/two'];
  const paths = [...directories.map((path) => [path, 'directory']), ...files.map((path) => [path, 'file'])];
  const walk = debugfsWalk(image, []);
  expect({ ...walk, paths: [...walk!.paths].sort() }).toEqual({
    paths: paths.sort(),
    broken: new Set(),
    several: new Set(),
  });
});

/** Whether e2fsck alone finds a way, from the first superblock or from a backup. */
function bringsInOrder(original: string, folder: string): boolean {
  const scratch = join(folder, 'scratch');
  const backups = ['8193 1024', '16384 2048', '32768 4096'].map((one) => one.split(' '));
  const starts = [[], ...backups.map(([block, size]) => ['-b', block!, '-B', size!])];
  const found = starts.some((start) => {
    copyFileSync(original, scratch);
    for (const flags of [start, [], []]) spawnSync('e2fsck', ['-fy', ...flags, scratch]);
    return isClean(scratch);
  });
  rmSync(scratch);
  return found;
}

async function repairOne(image: string, folder: string): Promise<void> {
  const original = join(folder, 'original');
  copyFileSync(image, original);
  const hash = sha256(image);
  for (const accept of ['clean', 'improved'] as const) {
    const report = await repairImage(image, { yes: true, accept });
    counted(`${accept}: ${report.outcome}`);
    expect(strays(folder)).toEqual([]);
    if (report.outcome === 'nothing-to-do') {
      expect(sha256(image)).toBe(hash);
      expect(isClean(image), 'e2fsck finds something where extcheck does not').toBe(true);
      return;
    }
    if (report.outcome === 'repaired') {
      expect(report.status).toBe(1);
      expect(isClean(image)).toBe(true);
      expect(sha256(report.backup!.path)).toBe(hash);
      expect(report.backup!.sha256).toBe(hash);
      expect(sha256(image)).toBe(report.sha256.after);
      compareWalks(report, original, image);
      return;
    }
    expect(sha256(image)).toBe(hash);
    // an image that is refused, or left as it is, is one that e2fsck alone does not bring in order either
    if (report.outcome === 'failed') {
      expect([report.status, bringsInOrder(original, folder)], report.reason ?? '').toEqual([8, false]);
      return;
    }
    expect([report.outcome, report.status], report.reason ?? '').toEqual(['still-damaged', 4]);
    const { warning = 0, error = 0, fatal = 0 } = report.after?.severityCounts ?? {};
    if (warning + error + fatal === 0) expect(bringsInOrder(original, folder), report.reason ?? '').toBe(false);
  }
}

describe.skipIf(!hasCorpus)('lost writes (needs ../shared/corpus)', () => {
  test.each(names().map((name) => [name]))('%s', async (name) => {
    const folder = freshFolder();
    await repairOne(corpusImage(name, folder), folder);
    rmSync(folder, { recursive: true });
  });
});

const oracle = join(process.cwd(), '..', 'shared', 'oracle');
describe.skipIf(!hasCorpus)('mutated images (needs ../shared/oracle)', () => {
  const work = freshFolder();
  const bases = join(work, 'bases');
  const count = all ? 10 : 6;

  test.each(
    (all ? [77, 78, 79, 80, 81, 82, 83, 84, 85, 86] : [77]).map((seed) => [seed]),
  )(`${count} of seed %i`, async (seed) => {
    if (!existsSync(bases)) expect(spawnSync(process.execPath, [join(oracle, 'make-bases.mjs'), bases]).status).toBe(0);
    const out = join(work, `out-${seed}`);
    mkdirSync(out);
    const args = ['--bases', bases, '--out', out, '--seed', String(seed), '--count', String(count)];
    const made = spawnSync(process.execPath, [join(oracle, 'mutate.mjs'), ...args]);
    expect(made.status, String(made.stderr)).toBe(0);
    const images = readdirSync(out).filter((name) => name.endsWith('.img'));
    expect(images.length).toBe(count);
    const wrong: string[] = [];
    for (const name of images) {
      const folder = join(work, basename(name, '.img'));
      mkdirSync(folder);
      const image = join(folder, 'image');
      copyFileSync(join(out, name), image);
      try {
        await repairOne(image, folder);
      } catch (error) {
        wrong.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
      rmSync(folder, { recursive: true });
    }
    expect(wrong).toEqual([]);
  });
});

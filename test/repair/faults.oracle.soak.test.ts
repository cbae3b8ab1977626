/**
 * Everything a repair does outside can fail, and it can end at any moment: the image is the old or the verified new one.
 * Every twelfth action; every fifth in the bounded soak, every one in the full soak.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type Files, realFiles } from '../../src/repair/files';
import type { RepairOptions } from '../../src/repair/options';
import { repairImage } from '../../src/repair/repair';
import { runCommand } from '../../src/repair/runner';
import { undoRepair } from '../../src/repair/undo';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { amount } from '../support/project';
import { damagedImage, freshFolder, isClean, long, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 300_000 });

type Mode = 'fails' | 'is the last thing that happens';

/** Files whose action number `at` does not happen and throws; in the second mode no later one does either. */
function faulty(at: number, mode: Mode, code: string): { files: Files; done: () => number; hit: () => string } {
  let count = 0;
  let hit = '';
  const wrap =
    <A extends unknown[], R>(name: string, act: (...args: A) => R) =>
    (...args: A): R => {
      // closing changes nothing, and the tests must not run out of descriptors
      if (name !== 'close') {
        const now = count++;
        if (now === at) hit = name;
        if (now === at || (mode !== 'fails' && now > at))
          throw Object.assign(new Error(`${code}: made to fail, ${name}`), { code });
      }
      return act(...args);
    };
  const files = Object.fromEntries(
    Object.entries(realFiles).map(([name, act]) => [name, wrap(name, act as (...args: unknown[]) => unknown)]),
  ) as unknown as Files;
  return { files, done: () => count, hit: () => hit };
}

const stride = amount({ oracle: 12, ci: 5, full: 1 });

const folder = freshFolder();
const original = join(folder, 'original');
const place = join(folder, 'place');
const image = join(place, 'active.img');
const backups = freshFolder('/dev/shm');

function reset(): void {
  for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true });
  for (const name of readdirSync(backups)) rmSync(join(backups, name), { recursive: true });
  copyFileSync(original, image);
}

/** The image is the original, or the one that a record calls repaired. Returns which. */
function requireWhole(hash: string, backup: string): 'old' | 'new' {
  const now = sha256(image);
  if (now === hash) return 'old';
  const records = readdirSync(backup).filter((name) => name.endsWith('.json'));
  const repaired = records.map((name) => JSON.parse(readFileSync(join(backup, name), 'utf8')).repaired.sha256);
  expect(repaired).toEqual([now]);
  expect(isClean(image)).toBe(true);
  expect(sha256(join(backup, records[0]!.replace(/\.json$/, '')))).toBe(hash);
  return 'new';
}

describe.skipIf(!hasE2fsprogs)('every change outside (needs e2fsprogs)', () => {
  test.each([
    ['fails', 'EIO', 'beside'],
    ['fails', 'ENOSPC', 'elsewhere'],
    ['is the last thing that happens', 'EIO', 'beside'],
    ['is the last thing that happens', 'EIO', 'elsewhere'],
  ] as const)('%s (%s), with the original kept %s', async (mode, code, where) => {
    const { mkdirSync } = await import('node:fs');
    if (!existsSync(place)) mkdirSync(place);
    if (!existsSync(original)) damagedImage(original);
    const hash = sha256(original);
    const kept = where === 'beside' ? place : backups;
    const options: RepairOptions = where === 'beside' ? { yes: true } : { yes: true, backup: backups };
    const hits = new Set<string>();
    const results = { old: 0, new: 0 };
    for (let at = long ? 0 : mode.length % stride; ; at += stride) {
      reset();
      const { files, done, hit } = faulty(at, mode, code);
      const report = await repairImage(image, { ...options, files });
      if (done() <= at) {
        expect(report.outcome).toBe('repaired');
        break;
      }
      hits.add(hit());
      const which = requireWhole(hash, kept);
      results[which]++;
      expect(report.outcome === 'repaired', `${hit()} ${at}: ${report.reason}`).toBe(which === 'new');
      if (which === 'old') expect(report.status).toBe(8);
      const next = await repairImage(image, options);
      expect(next.outcome, `${hit()} ${at}: ${next.reason}`).toBe(which === 'new' ? 'nothing-to-do' : 'repaired');
      const leftovers = next.leftovers.join(' ');
      expect(leftovers, `${hit()} ${at}`).not.toMatch(which === 'new' ? /left unchanged/ : /after it replaced/);
      requireWhole(hash, kept);
      expect([...strays(place), ...strays(backups)], `${hit()} ${at}`).toEqual([]);
      expect(readdirSync(kept).filter((name) => name.includes('.damaged-'))).toHaveLength(2);
    }
    if (!long) return;
    for (const name of ['makeFolder', 'open', 'write', 'sync', 'rename', 'remove', 'removeFolder'])
      expect([...hits]).toContain(name);
    expect(results.old).toBeGreaterThan(10);
    expect(results.new).toBeGreaterThan(3);
  });

  test('of an undo fails', async () => {
    for (const where of ['beside', 'elsewhere']) {
      const options: RepairOptions = where === 'beside' ? { yes: true } : { yes: true, backup: backups };
      for (let at = 0; ; at += stride) {
        reset();
        const hash = sha256(original);
        const { sha256: hashes } = await repairImage(image, options);
        const { files, done } = faulty(at, 'is the last thing that happens', 'EIO');
        await undoRepair(image, { ...options, files });
        expect([hash, hashes.after]).toContain(sha256(image));
        if (done() <= at) break;
        const undone = sha256(image) === hash;
        const { leftovers } = await undoRepair(image, options);
        if (undone) expect(leftovers.join(' '), `${at}`).not.toMatch(/left unchanged/);
        expect([sha256(image), strays(place)]).toEqual([hash, []]);
      }
    }
  });
});

describe.skipIf(!hasE2fsprogs)('a command (needs e2fsprogs)', () => {
  test.each([
    ['cp', 'Extended attributes may be missing'],
    ['e2fsck', 'e2fsck failed: '],
  ])('%s that fails is reported', async (name, words) => {
    reset();
    const hash = sha256(original);
    const report = await repairImage(image, {
      yes: true,
      run: async (request) =>
        request.command.endsWith(`/${name}`) && !request.args.includes('-V')
          ? { status: null, signal: 'SIGSEGV', output: '', timedOut: false, failure: null }
          : runCommand(request),
    });
    expect([report.reason, ...report.notes].join(' ')).toContain(words);
    expect(strays(place)).toEqual([]);
    if (name === 'e2fsck') expect([report.status, sha256(image)]).toEqual([8, hash]);
    else expect(requireWhole(hash, place)).toBe('new');
  });
});

/** The repair of a file: what it leaves, keeps, refuses and takes back. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RepairEvent } from '../../src/repair/options';
import { repairImage } from '../../src/repair/repair';
import { renderRepair } from '../../src/repair/text';
import { undoRepair } from '../../src/repair/undo';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { damagedImage, freshFolder, isClean, isRoot, sha256, soundImage, strays } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let image: string;
beforeEach(() => {
  folder = freshFolder();
  image = join(folder, 'active.img');
});

describe.skipIf(!hasE2fsprogs)('a repair (needs e2fsprogs)', () => {
  test('does nothing to a sound image', async () => {
    soundImage(image);
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({ outcome: 'nothing-to-do', status: 0, backup: null, fsck: null, commands: [] });
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
  });

  test('replaces the image by a verified copy and keeps the original', async () => {
    damagedImage(image);
    const was = statSync(image);
    const hash = sha256(image);
    const events: RepairEvent[] = [];
    const now = new Date('2026-11-27T23:15:00Z');
    const report = await repairImage(image, { yes: true, now, onEvent: (event) => events.push(event) });
    expect(report).toMatchObject({
      outcome: 'repaired',
      status: 1,
      reason: null,
      leftovers: [],
      notes: [],
      stillMissing: [],
    });
    expect(events.map(({ step }) => step)).toEqual([
      'check',
      'copy',
      'copy',
      'fsck',
      'recheck',
      'compare',
      'confirm',
      'backup',
    ]);
    expect(isClean(image)).toBe(true);
    const kept = 'active.img.damaged-20261127T231500Z';
    expect(readdirSync(folder).sort()).toEqual(['active.img', kept, `${kept}.json`]);
    expect(report.backup).toEqual({
      path: join(folder, kept),
      sha256: hash,
      method: 'link',
      record: join(folder, `${kept}.json`),
    });
    expect(sha256(join(folder, kept))).toBe(hash);
    expect(report.sha256).toEqual({ before: hash, after: sha256(image) });
    expect(statSync(image)).toMatchObject({ mode: was.mode, uid: was.uid, gid: was.gid, size: was.size });
    expect(report.changes?.counts).toEqual({
      missing: 0,
      moved: 0,
      'type-changed': 0,
      truncated: 0,
      'content-changed': 1,
      unshared: 0,
      new: 1,
    });
    expect(report.changes?.changes.map(({ kind, path }) => [kind, path])).toEqual([
      ['content-changed', '/etc/os-release'],
      ['new', expect.stringMatching(/^\/lost\+found\/#\d+$/)],
    ]);
    const record = JSON.parse(readFileSync(join(folder, `${kept}.json`), 'utf8'));
    expect(record).toMatchObject({
      schemaVersion: 1,
      image,
      original: { sha256: hash },
      repaired: { sha256: sha256(image) },
    });
    expect(record.report.fsck.rounds[0].output).toContain('COS_ACTIVE');
  });

  test('says in text what happened and how to go back', async () => {
    damagedImage(image);
    const report = await repairImage(image, { yes: true });
    const text = renderRepair(report);
    expect(text.replace(/\s+/g, ' ')).toContain('REPAIRED and checked again: 1 changed');
    expect(text).toContain(`    extcheck repair --undo ${image}`);
    expect(text).toContain('/usr/sbin/e2fsck -f -p ./copy.img'.replace('/usr/sbin/e2fsck', report.fsck!.path));
    expect(renderRepair(report, { quiet: true }).trimEnd().split('\n')).toHaveLength(1);
    expect(renderRepair(report, { verbose: true })).toContain('| ');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('is undone once', async () => {
    damagedImage(image);
    const hash = sha256(image);
    await repairImage(image, { yes: true });
    expect(await undoRepair(image)).toMatchObject({ outcome: 'undone', status: 1 });
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    expect(await undoRepair(image)).toMatchObject({ outcome: 'failed', status: 8 });
    expect(sha256(image)).toBe(hash);
  });

  test('keeps the original on another disk, from where undo copies it', async () => {
    const elsewhere = freshFolder('/dev/shm');
    damagedImage(image);
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true, backup: elsewhere });
    expect(report).toMatchObject({ outcome: 'repaired', backup: { method: 'sparse', sha256: hash } });
    expect(readdirSync(folder)).toEqual(['active.img']);
    expect(sha256(report.backup!.path)).toBe(hash);
    expect(await undoRepair(image)).toMatchObject({ outcome: 'failed', status: 8 });
    expect(await undoRepair(image, { backup: elsewhere })).toMatchObject({ outcome: 'undone', status: 1 });
    expect([sha256(image), strays(folder)]).toEqual([hash, []]);
    expect(await undoRepair(image, { backup: elsewhere })).toMatchObject({ outcome: 'nothing-to-do', status: 0 });
  });

  test('undo refuses an original or an image that was changed', async () => {
    damagedImage(image);
    const { backup } = await repairImage(image, { yes: true });
    const repaired = sha256(image);
    const fd = openSync(image, 'r+');
    writeFileSync(fd, 'newer');
    closeSync(fd);
    expect(await undoRepair(image)).toMatchObject({
      status: 8,
      reason: expect.stringContaining('was written to or replaced since the repair of'),
    });
    expect(sha256(image)).not.toBe(repaired);
    truncateSync(backup!.path, 100);
    expect(await undoRepair(image)).toMatchObject({
      status: 8,
      reason: expect.stringContaining('its hash differs from the recorded one'),
    });
  });

  test('keeps no original if requested', async () => {
    damagedImage(image);
    const report = await repairImage(image, { yes: true, noBackup: true });
    expect(report).toMatchObject({ outcome: 'repaired', backup: null, undo: null });
    expect(readdirSync(folder)).toEqual(['active.img']);
  });

  test('stops with the plan on a dry run, and without confirmation', async () => {
    damagedImage(image);
    const hash = sha256(image);
    const asked: string[] = [];
    const dry = await repairImage(image, { dryRun: true, yes: true });
    expect(dry).toMatchObject({
      outcome: 'planned',
      status: 4,
      changes: { counts: { 'content-changed': 1 } },
      backup: null,
    });
    expect(await repairImage(image)).toMatchObject({ outcome: 'not-confirmed', status: 4 });
    const confirm = async (plan: typeof dry) => {
      asked.push(plan.changes!.changes[0]!.path);
      return false;
    };
    expect(await repairImage(image, { confirm })).toMatchObject({ outcome: 'not-confirmed', status: 4 });
    expect(asked).toEqual(['/etc/os-release']);
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    expect(await repairImage(image, { confirm: async () => true })).toMatchObject({ outcome: 'repaired' });
  });

  test('replaces nothing by an image that lacks a required path', async () => {
    damagedImage(image);
    const hash = sha256(image);
    const require = ['/boot/vmlinuz', '/sbin/init'];
    const report = await repairImage(image, { yes: true, require });
    expect(report).toMatchObject({ outcome: 'still-damaged', status: 4, stillMissing: ['/sbin/init'] });
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    // it was not there before either
    expect(await repairImage(image, { yes: true, require, accept: 'improved' })).toMatchObject({ outcome: 'repaired' });
    expect(await repairImage(image, { yes: true, require })).toMatchObject({ outcome: 'still-damaged', fsck: null });
  });

  test('asks whether it boots, where that is what counts', async () => {
    damagedImage(image);
    const no = await repairImage(image, { yes: true, accept: 'bootable', boots: async () => 'it has no kernel' });
    expect(no).toMatchObject({ outcome: 'still-damaged', reason: expect.stringContaining('it has no kernel') });
    const yes = await repairImage(image, { yes: true, accept: 'bootable', boots: async () => null });
    expect(yes).toMatchObject({ outcome: 'repaired', boot: null });
  });

  const python = (script: string) => spawnSync('python3', ['-c', script, image], { encoding: 'utf8' });
  const canSet = spawnSync('python3', ['-c', 'import os; os.setxattr']).status === 0;
  test.skipIf(!canSet)('keeps mode and extended attributes (needs python3)', async () => {
    damagedImage(image);
    chmodSync(image, 0o640);
    const set = python('import os, sys; os.setxattr(sys.argv[1], "user.extcheck", b"kept")');
    if (set.status !== 0) return;
    expect(await repairImage(image, { yes: true })).toMatchObject({ outcome: 'repaired', notes: [] });
    expect(statSync(image).mode & 0o7777).toBe(0o640);
    expect(python('import os, sys; print(os.getxattr(sys.argv[1], "user.extcheck"))').stdout).toBe("b'kept'\n");
  });

  test('follows a symlink and notes that', async () => {
    damagedImage(image);
    const link = join(folder, 'link.img');
    symlinkSync('active.img', link);
    const report = await repairImage(link, { yes: true });
    expect(report).toMatchObject({
      outcome: 'repaired',
      image: link,
      path: image,
      notes: [expect.stringContaining('is a symlink')],
    });
    expect(isClean(image)).toBe(true);
    expect(await undoRepair(link)).toMatchObject({ outcome: 'undone' });
  });

  test('repairs a partition inside a disk image, and nothing around it', async () => {
    damagedImage(image);
    const disk = join(folder, 'disk?.img');
    const before = Buffer.alloc(1 << 20, 'before');
    const after = Buffer.alloc(1 << 16, 'after');
    writeFileSync(disk, Buffer.concat([before, readFileSync(image), after]));
    expect(await repairImage(disk, { yes: true, offset: before.length })).toMatchObject({ outcome: 'repaired' });
    const bytes = readFileSync(disk);
    expect(bytes.subarray(0, before.length).equals(before) && bytes.subarray(-after.length).equals(after)).toBe(true);
    writeFileSync(image, bytes.subarray(before.length, -after.length));
    expect(isClean(image)).toBe(true);
  });

  test('extends an image that ends too early only if requested', async () => {
    soundImage(image);
    truncateSync(image, 3 << 20);
    const hash = sha256(image);
    const refused = await repairImage(image, { yes: true });
    expect(refused).toMatchObject({
      outcome: 'still-damaged',
      status: 4,
      notes: [expect.stringContaining('--extend')],
    });
    expect(sha256(image)).toBe(hash);
    const report = await repairImage(image, { yes: true, extend: true, accept: 'improved' });
    expect(report).toMatchObject({ outcome: 'repaired', notes: [expect.stringContaining('zeros were added')] });
    expect([statSync(image).size, isClean(image), sha256(report.backup!.path)]).toEqual([4 << 20, true, hash]);
  });

  test('can be interrupted', async () => {
    damagedImage(image);
    const hash = sha256(image);
    for (const at of ['check', 'fsck', 'compare', 'backup'] as const) {
      const controller = new AbortController();
      const onEvent = ({ step }: RepairEvent) => {
        if (step === at) setTimeout(() => controller.abort(), at === 'backup' ? 0 : 1);
        if (step === at && at === 'backup') controller.abort();
      };
      const report = await repairImage(image, { yes: true, signal: controller.signal, onEvent });
      if (report.outcome === 'repaired') break;
      expect(report).toMatchObject({ outcome: 'cancelled', status: 32 });
      expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    }
  });
});

describe.skipIf(!hasE2fsprogs)('a repair refuses (needs e2fsprogs)', () => {
  const refuses = async (why: RegExp, options = {}, path = image) => {
    const hash = existsSync(path) && statSync(path).isFile() ? sha256(path) : '';
    const report = await repairImage(path, { yes: true, ...options });
    expect(report).toMatchObject({ outcome: 'failed', status: 8, reason: expect.stringMatching(why) });
    if (hash !== '') expect(sha256(path)).toBe(hash);
    expect(strays(folder)).toEqual([]);
  };

  test('files that are not images', async () => {
    await refuses(/cannot be found: no such file/);
    await refuses(/neither a file nor a block device/, {}, folder);
    writeFileSync(image, 'no file system');
    await refuses(/is not one ext2, ext3 or ext4 file system: it is a text file/);
    writeFileSync(image, gzipSync('packed'));
    await refuses(/compressed with gzip/);
  });

  test('an image with several names', async () => {
    damagedImage(image);
    linkSync(image, join(folder, 'passive.img'));
    await refuses(/has 2 names \(hard links\)/);
  });

  test('an image that a process has open', async () => {
    damagedImage(image);
    const { spawn } = await import('node:child_process');
    const fd = openSync(image, 'r');
    const child = spawn('sleep', ['30'], { stdio: [fd, 'ignore', 'ignore'] });
    try {
      await refuses(new RegExp(`in use: it is open in process ${child.pid} \\(`));
    } finally {
      child.kill();
      closeSync(fd);
    }
  });

  test('options that contradict the image', async () => {
    damagedImage(image);
    await refuses(/is replaced and never repaired in place/, { inPlace: true, backup: folder });
    await refuses(/cannot be used together/, { noBackup: true, backup: folder });
    await refuses(/work folder in .* cannot be created/, { work: join(folder, 'nowhere') });
  });

  test.skipIf(!isRoot)('a folder without space, before the first byte (needs root)', async () => {
    damagedImage(image);
    const small = freshFolder();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'extcheck-test', small]).status).toBe(0);
    try {
      await refuses(/not enough space in .*a private copy of the image needs/, { work: small });
      await refuses(/not enough space in .*keeping the damaged original needs/, { backup: small });
      expect(readdirSync(small)).toEqual([]);
      const here = join(small, 'active.img');
      copyFileSync(image, here);
      truncateSync(here, 4 << 20);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      spawnSync('umount', [small]);
    }
  });
});

/** A block device is repaired in place: copied first, restored if the repair fails, restored by undo. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { repairImage } from '../../src/repair/repair';
import { runCommand } from '../../src/repair/runner';
import { undoRepair } from '../../src/repair/undo';
import { workFolder } from '../../src/repair/workplace';
import { canMount, damagedImage, filesUntil, freshFolder, isClean, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(!canMount)('a block device (needs root and loop devices)', () => {
  let device: string;
  let backup: string;
  let hash: string;

  beforeEach(() => {
    const image = damagedImage(join(freshFolder(), 'image'));
    backup = freshFolder();
    device = spawnSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).stdout.trim();
    expect(device).toMatch(/^\/dev\/loop\d+$/);
    hash = sha256(device);
  });
  afterEach(() => {
    spawnSync('losetup', ['--detach', device]);
  });

  const inPlace = () => ({ yes: true, inPlace: true, backup });

  test('is left unchanged without --in-place and --backup', async () => {
    expect((await repairImage(device, { yes: true })).reason).toContain(
      'is a block device, which can only be repaired in place',
    );
    expect((await repairImage(device, { yes: true, inPlace: true })).reason).toContain('use --backup DIR');
    expect(sha256(device)).toBe(hash);
  });

  test('is repaired in place, with all of it kept, and an undo file', async () => {
    const report = await repairImage(device, inPlace());
    expect(report).toMatchObject({ outcome: 'repaired', status: 1, backup: { sha256: hash } });
    expect([isClean(device), sha256(report.backup!.path), strays(backup)]).toEqual([true, hash, []]);
    expect(readdirSync(backup).some((name) => name.includes('.e2undo-1'))).toBe(true);
    expect(await undoRepair(device)).toMatchObject({ status: 8, reason: expect.stringContaining('--backup DIR') });
    expect(await undoRepair(device, { backup })).toMatchObject({ outcome: 'undone', status: 1 });
    expect(sha256(device)).toBe(hash);
  });

  test('is restored if the result is not acceptable', async () => {
    const report = await repairImage(device, {
      ...inPlace(),
      run: async (request) => {
        const result = await runCommand(request);
        return request.args.includes(device) ? { ...result, status: 4 } : result;
      },
    });
    expect(report).toMatchObject({ outcome: 'still-damaged', status: 4 });
    expect([sha256(device), readdirSync(backup), report.backup]).toEqual([hash, [], null]);
  });

  test('is restored by undo after an interrupted repair, and no other repair changes it before', async () => {
    let dead = false;
    const files = filesUntil(() => dead);
    const report = await repairImage(device, {
      ...inPlace(),
      files,
      run: async (request) => {
        const result = await runCommand(request);
        if (request.args.includes('-y') && request.args.includes(device)) dead = true;
        return result;
      },
    });
    expect(report.status).toBe(8);
    expect(sha256(device)).not.toBe(hash);
    const again = await repairImage(device, inPlace());
    expect(again).toMatchObject({
      status: 8,
      reason: expect.stringContaining('was interrupted while it wrote to the device'),
    });
    expect(again.reason).toContain(`extcheck repair --undo --backup ${backup} ${device}`);
    expect(await undoRepair(device, { backup })).toMatchObject({ outcome: 'undone', status: 1 });
    expect([sha256(device), strays(backup)]).toEqual([hash, []]);
    expect(await repairImage(device, inPlace())).toMatchObject({ outcome: 'repaired' });
  });

  test('is restored although an undo was killed at any step', async () => {
    await repairImage(device, inPlace());
    const repaired = readFileSync(device);
    const [record] = readdirSync(backup).filter((name) => name.endsWith('.json'));
    const { of } = JSON.parse(readFileSync(join(backup, record!), 'utf8'));
    const kept = join(backup, record!.replace(/\.json$/, ''));
    const work = workFolder(device, backup);
    const dead = { schemaVersion: 1, image: device, pid: 1, started: 'never', boot: 'x' };
    for (const state of [
      undefined,
      { ...dead, phase: 'working' },
      { ...dead, phase: 'in-place', backup: kept, record: `${kept}.json`, of },
    ]) {
      mkdirSync(work, { mode: 0o700 });
      if (state !== undefined) writeFileSync(join(work, 'state.json'), JSON.stringify(state));
      // only the superblock is restored
      const bytes = Buffer.from(repaired);
      if (state?.phase === 'in-place') readFileSync(kept).copy(bytes, 0, 0, 2048);
      const fd = openSync(device, 'r+');
      writeSync(fd, bytes);
      closeSync(fd);
      expect(await undoRepair(device, { backup })).toMatchObject({ outcome: 'undone', status: 1 });
      expect([sha256(device), strays(backup)]).toEqual([hash, []]);
    }
  });

  test('that is mounted is refused', async () => {
    const at = freshFolder();
    expect(spawnSync('mount', ['-o', 'ro', device, at]).status).toBe(0);
    const { reason } = await repairImage(device, inPlace());
    spawnSync('umount', [at]);
    expect(reason).toContain(`is in use: it is mounted on ${at}`);
    expect([sha256(device), existsSync(join(backup, 'x'))]).toEqual([hash, false]);
    writeFileSync(join(backup, 'x'), '');
  });
});

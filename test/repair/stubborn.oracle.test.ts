/** Repairs for which the first call of e2fsck is not enough: a crash while it logs, an unusable primary superblock. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { superblock } from '../../src/layout/superblock';
import { repairImage } from '../../src/repair/repair';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { damagedImage, freshFolder, isClean, sha256, strays } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let image: string;
beforeEach(() => {
  folder = freshFolder();
  image = join(folder, 'active.img');
});

/** Of two groups, so that there is a backup superblock; with a file in the root directory. */
function twoGroups(change: (made: TestImage) => void): string {
  const commands = ['write /etc/hostname etc-hostname', 'mkdir boot'];
  const { bytes } = makeImage({ size: '12M', options: '-t ext2 -b 1024', commands });
  const made = new TestImage(bytes);
  change(made);
  writeFileSync(image, made.bytes);
  return sha256(image);
}

describe.skipIf(!hasE2fsprogs)('a stubborn repair (needs e2fsprogs)', () => {
  test('repairs an image without a root directory, even if e2fsck crashes while it logs', async () => {
    const hash = twoGroups((made) => {
      made.fill(made.inodeAt(2), 128);
      made.fill(made.inodeAt(11), 128);
    });
    const report = await repairImage(image, { yes: true, acceptLoss: 'all' });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1 });
    expect([isClean(image), sha256(report.backup!.path), strays(folder)]).toEqual([true, hash, []]);
  });

  test('runs again without a log if e2fsck crashes, and only then', async () => {
    const real = spawnSync('sh', ['-c', 'command -v e2fsck'], { encoding: 'utf8' }).stdout.trim() || '/sbin/e2fsck';
    const tool = join(folder, 'my-e2fsck');
    const crash = 'case "$*" in *-y*) echo "Signal (11) SIGSEGV si_code=SEGV_MAPERR fault addr=(nil)"; exit 8;; esac';
    const lines = ['#!/bin/sh', `if [ "$E2FSCK_CONFIG" != /dev/null ]; then ${crash}; fi`, `exec ${real} "$@"`, ''];
    writeFileSync(tool, lines.join('\n'));
    chmodSync(tool, 0o755);
    damagedImage(image);
    const report = await repairImage(image, { yes: true, fsck: tool });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1 });
    expect(report.fsck?.rounds.map(({ command, status }) => [command[2], status])).toEqual([
      ['-p', 4],
      ['-y', 8],
      ['-y', 1],
      ['-n', 0],
    ]);
    expect(report.fsck?.rounds[1]?.meaning).toEqual(['it crashed with signal 11']);
    expect(isClean(image)).toBe(true);
  });

  test.each([
    'clean',
    'bootable',
    'improved',
  ] as const)('refuses the result of an e2fsck that did not finish, with %s', async (accept) => {
    const tool = join(folder, 'my-e2fsck');
    const real = spawnSync('sh', ['-c', 'command -v e2fsck'], { encoding: 'utf8' }).stdout.trim() || '/sbin/e2fsck';
    const lines = ['#!/bin/sh', `${real} "$@"`, 'case $1 in -V) exit 0;; esac', 'echo "No good"', 'exit 8', ''];
    writeFileSync(tool, lines.join('\n'));
    chmodSync(tool, 0o755);
    damagedImage(image);
    const hash = sha256(image);
    const report = await repairImage(image, { yes: true, fsck: tool, accept });
    expect(report).toMatchObject({ outcome: 'still-damaged', status: 4 });
    expect(report.reason).toMatch(/e2fsck did not finish: operational error \(.*No good\)/);
    expect([sha256(image), readdirSync(folder).sort()]).toEqual([hash, ['active.img', 'my-e2fsck']]);
  });

  test('uses a backup if the primary superblock has an unknown revision', async () => {
    const hash = twoGroups((made) => made.setSuper({ s_rev_level: 1023 }));
    const lost = { yes: true, accept: 'improved', require: ['/boot/vmlinuz'] } as const;
    const dry = await repairImage(image, { ...lost, dryRun: true });
    expect([dry.outcome, dry.stillMissing]).toEqual(['planned', ['/boot/vmlinuz']]);
    const report = await repairImage(image, { yes: true, require: ['/etc-hostname'] });
    expect(report).toMatchObject({ outcome: 'repaired', status: 1, stillMissing: [] });
    expect(report.notes.join()).toContain('The repair uses the backup in block 8193');
    expect(report.fsck?.rounds[0]?.command.slice(1, -1)).toEqual(['-f', '-y', '-b', '8193', '-B', '1024']);
    expect(Object.values(report.changes!.counts).every((count) => count === 0)).toBe(true);
    expect(report.changes!.compared.files).toBe(1);
    expect([isClean(image), sha256(report.backup!.path)]).toEqual([true, hash]);
  });

  test('uses no backup if the primary superblock has unknown features, which may be newer', async () => {
    const hash = twoGroups((made) => {
      made.poke(superblock.s_feature_incompat, 1024, 0x8000_0000);
    });
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({
      outcome: 'failed',
      status: 8,
      reason: expect.stringMatching(/unknown features/),
    });
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
  });

  test('is refused if there is no superblock', async () => {
    const hash = twoGroups((made) => made.fill(1024, made.bytes.length - 1024));
    expect(await repairImage(image, { yes: true })).toMatchObject({ outcome: 'failed', status: 8 });
    expect(sha256(image)).toBe(hash);
  });
});

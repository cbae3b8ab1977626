/** A result that loses more than the check reported is not put in place without a bound that allows it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TreeChanges } from '../../src/repair/changes';
import { lossProblem, reportedPaths } from '../../src/repair/loss';
import { repairImage } from '../../src/repair/repair';
import { renderRepair } from '../../src/repair/text';
import { makeImage } from '../support/e2fsprogs';
import { nativeDescribe, unitTest } from '../support/project-tests';
import { damagedImage, freshFolder, isClean, sha256, soundImage } from '../support/repair';

vi.setConfig({ testTimeout: 60_000 });

const changes = (missing: number, unreported: number, more: Partial<TreeChanges> = {}) =>
  ({ counts: { missing }, unreported, comparable: true, rootLost: false, ...more }) as TreeChanges;

unitTest('by default no more is lost than the check reported', () => {
  const none = { affected: [], affectedCount: 0 };
  const five = { affected: [{ path: '/a', how: 'shared-blocks' as const }], affectedCount: 6 };
  expect(lossProblem(null, none, undefined)).toBeNull();
  expect(lossProblem(changes(0, 0), none, undefined)).toBeNull();
  expect(lossProblem(changes(24, 24), none, undefined)).toBe('the result would lose 24 paths');
  expect(lossProblem(changes(24, 0), none, undefined)).toBeNull();
  expect(lossProblem(changes(5, 5), five, undefined)).toBeNull();
  expect(lossProblem(changes(6, 6), five, undefined)).toBe('the result would lose 6 paths');
  expect(lossProblem(changes(1, 1), none, 1)).toBeNull();
  expect(lossProblem(changes(1, 0), five, 0)).toBe('the result would lose 1 path');
});

unitTest('only all accepts the loss of everything, or one that is unknown', () => {
  const none = { affected: [], affectedCount: 100 };
  for (const bound of [undefined, 1000] as const) {
    expect(lossProblem(changes(0, 0, { rootLost: true }), none, bound)).toContain('lose the root directory');
    expect(lossProblem(changes(0, 0, { comparable: false }), none, bound)).toContain('is unknown');
  }
  for (const more of [{ rootLost: true }, { comparable: false }])
    expect(lossProblem(changes(9, 9, more), none, 'all')).toBeNull();
});

unitTest('a lost directory was reported with all below it', () => {
  const isReported = reportedPaths([
    { path: '/lost', how: 'unreadable' },
    { path: '/partly', how: 'partly-lost' },
  ]);
  const paths = ['/lost', '/lost/a/b', '/partly', '/partly/a', '/losta', '/other'];
  expect(paths.filter(isReported)).toEqual(['/lost', '/lost/a/b', '/partly']);
});

nativeDescribe('a repair with --yes (needs e2fsprogs)', () => {
  const debugfs = (image: string, ...commands: string[]) =>
    expect(spawnSync('debugfs', ['-w', '-f', '-', image], { input: commands.join('\n') }).status).toBe(0);

  /** Files of an invalid type, which the check reports and e2fsck deletes. */
  function losing(image: string, ...paths: string[]): string {
    soundImage(image);
    debugfs(image, ...paths.map((path) => `sif ${path} mode 0170644`));
    return image;
  }

  test('is refused if it loses paths that the check did not report, and says how many', async () => {
    const image = damagedImage(join(freshFolder(), 'active.img'));
    const hash = sha256(image);
    // an e2fsck that also deletes files
    const fsck = join(freshFolder(), 'e2fsck');
    const real = spawnSync('sh', ['-c', 'command -v e2fsck'], { encoding: 'utf8' }).stdout.trim();
    const lines = [
      '#!/bin/sh',
      `case "$1 $2" in "-f -y") debugfs -w -R 'rm boot/vmlinuz' copy.img; debugfs -w -R 'rm usr/two' copy.img;; esac`,
      `exec ${real} "$@"`,
    ];
    writeFileSync(fsck, `${lines.join('\n')}\n`, { mode: 0o755 });
    const refused = await repairImage(image, { yes: true, fsck });
    expect(refused).toMatchObject({
      outcome: 'still-damaged',
      status: 4,
      reason: 'The result would lose 2 paths; --accept-loss 2 accepts that. The image was left unchanged.',
      changes: { counts: { missing: 2 }, unreported: 2, rootLost: false },
    });
    const head = `${image}: not repaired: the result would lose 2 paths; nothing was changed\n`;
    expect(renderRepair(refused, { quiet: true })).toBe(head);
    expect(await repairImage(image, { yes: true, fsck, acceptLoss: 1 })).toMatchObject({ outcome: 'still-damaged' });
    // a user who is asked decides, and knows about the loss
    const notes: string[] = [];
    const confirm = async (plan: { notes: string[] }) => notes.push(...plan.notes) < 0;
    expect(await repairImage(image, { fsck, confirm })).toMatchObject({ outcome: 'not-confirmed' });
    expect(notes).toEqual(['The result would lose 2 paths. With --yes it is refused; --accept-loss 2 accepts that.']);
    const dry = await repairImage(image, { fsck, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'planned', notes });
    expect(renderRepair(dry, { quiet: true })).toContain(
      'nothing was changed; a repair would have this result: 2 paths lost',
    );
    expect(sha256(image)).toBe(hash);
    expect(await repairImage(image, { yes: true, fsck, acceptLoss: 2 })).toMatchObject({ outcome: 'repaired' });
  });

  test('accepts the loss of what the check reported', async () => {
    const image = losing(join(freshFolder(), 'active.img'), 'usr/one', 'usr/two');
    const report = await repairImage(image, { yes: true });
    expect(report).toMatchObject({ outcome: 'repaired', notes: [] });
    expect(isClean(image)).toBe(true);
  });

  test('never loses the root directory without being asked to', async () => {
    const folder = freshFolder();
    const image = join(folder, 'active.img');
    const { bytes } = makeImage({
      size: '4M',
      options: '-t ext4 -b 1024',
      commands: ['mkdir a', 'mkdir a/b', 'clri <2>'],
    });
    writeFileSync(image, bytes);
    const hash = sha256(image);
    for (const acceptLoss of [undefined, 1000] as const) {
      const report = await repairImage(image, { yes: true, ...(acceptLoss && { acceptLoss }) });
      expect(report).toMatchObject({ outcome: 'still-damaged', status: 4, changes: { comparable: false } });
      expect(report.reason).toBe(
        'The files before the repair cannot be read, so what the result would lose is unknown; --accept-loss all accepts that. The image was left unchanged.',
      );
      expect(renderRepair(report, { quiet: true })).toContain('not repaired: what the result would lose is unknown');
    }
    expect([sha256(image), readdirSync(folder)]).toEqual([hash, ['active.img']]);
    expect(await repairImage(image, { yes: true, acceptLoss: 'all' })).toMatchObject({ outcome: 'repaired' });
  });
});

/** Small fast commits that are expensive to replay: each stops at its limit, in little time. */
import { describe, expect, test } from 'vitest';
import { checkWhole } from '../support/check-damages';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { FastLog } from '../support/fast-log';

/** Blocks of 4 KiB in the area, some 6 MB. */
const area = 1500;

describe.skipIf(!hasE2fsprogs)('an area full of', () => {
  const made = () =>
    makeImage({
      size: '48M',
      options: '-t ext4 -b 4096 -J size=12 -N 4096',
      commands: ['mkdir d', 'write package.json d/a', 'write package-lock.json d/b'],
    });

  const cases: [string, (log: FastLog, i: number) => void, number, string | null][] = [
    [
      'ranges in descending order',
      (log, i) => log.add(13, 2 ** 20 - i * 2, 1000 + (i % 8000), 1),
      240_000,
      'too many pieces',
    ],
    ['long ranges', (log, i) => log.add(13, (i % 100) * 8192, 1, 8192), 200_000, 'more blocks than are followed'],
    ['names made and removed', (log, i) => log.name(i % 2 ? 'UNLINK' : 'LINK', 12, 14, 'x'.repeat(9)), 240_000, null],
    ['inodes that are not in use', (log, i) => log.name('LINK', 12, 16 + (i % 4000), 'x'), 240_000, null],
    ['inodes', (log) => log.inode(13), 20_000, null],
  ];

  test.each(cases)('%s', async (_what, put, count, why) => {
    const log = await FastLog.on(made(), { fast: area });
    for (let i = 0; i < count; i++) put(log, i);
    log.tail();
    const start = process.cpuUsage();
    const { journal } = await checkWhole(log.image);
    const { user, system } = process.cpuUsage(start);
    expect(journal?.fastCommits).toBe(count);
    if (why === null) expect(journal?.fastCommitsSkipped).toBe(null);
    else expect(journal?.fastCommitsSkipped).toContain(why);
    expect((user + system) / 1e6).toBeLessThan(4);
  });
});

/** `npm run soak` stops when its time is over, and says what it did. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { root } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { freshFolder } from '../support/scratch';

vi.setConfig({ testTimeout: 120_000 });

test.skipIf(!hasE2fsprogs)('a soak of a second (needs e2fsprogs)', () => {
  const folder = freshFolder();
  const summary = join(folder, 'summary.json');
  const args = [
    '--hours',
    '0.0003',
    '--turn',
    '1',
    '--seed',
    '5',
    '--keep',
    join(folder, 'found'),
    '--summary',
    summary,
  ];
  const { status, stdout } = spawnSync(process.execPath, ['test/fuzz/soak.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toContain('structure, seed 5: done');
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
    seed: '5',
    turns: { structure: 1, kills: 0 },
    images: { structure: expect.any(Number) },
    failures: [],
  });
});

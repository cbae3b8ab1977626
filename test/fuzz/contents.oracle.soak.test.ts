/** A run of `npm run fuzz -- --contents` with a fixed seed: no crash, no check over 5 s, no more than 300 MiB. */
import { spawnSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { root } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { amount } from '../support/project';

vi.setConfig({ testTimeout: 3_600_000 });

test.skipIf(!hasE2fsprogs)('images with changed contents (needs mke2fs)', () => {
  const count = String(amount({ unit: 60, ci: 300, full: 10_000 }));
  const args = ['test/fuzz/run.mjs', '--contents', '--count', count, '--seed', '1500'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toContain('nothing wrong');
  expect(stdout).toContain(`${count} images of seed 1500`);
  expect(status).toBe(0);
});

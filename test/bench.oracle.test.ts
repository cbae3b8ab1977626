/** The part of the benchmark that calls the library runs with the package as it is published. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtCli, root } from './support/cli';
import { fixtureBytes } from './support/fixtures';

test('in-process.mjs measures a check and its reads', () => {
  const home = join(dirname(builtCli()), '..');
  const folder = join(home, 'bench');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'bench/in-process.mjs'), join(folder, 'in-process.mjs'));
  const image = join(folder, 'clean.img');
  writeFileSync(image, fixtureBytes('clean/ext2-1k'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'in-process.mjs'), image], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  const measured = JSON.parse(stdout);
  expect(measured.verdict).toBe('clean');
  for (const name of ['wall', 'warm', 'reading', 'bytesRead', 'reads']) expect(measured[name]).toBeGreaterThan(0);
});

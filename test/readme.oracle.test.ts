/** The README shows the real output of the program. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtCli, root } from './support/cli';

test('the report in the README is the beginning of the real one', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = /```text\n([\s\S]*?)\n…\n```/.exec(readme)?.[1];
  expect(shown).toBeDefined();
  const run = spawnSync(process.execPath, [builtCli(), 'fixtures/damaged/harvester-lost-writes.img.gz'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run.status).toBe(4);
  expect(run.stdout.startsWith(`${shown}\n`)).toBe(true);
});

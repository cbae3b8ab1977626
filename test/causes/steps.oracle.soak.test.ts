/**
 * Runs every command of the steps on images of each cause: advice must be possible to follow, and end well. The soak project
 * does so for all images, the oracle project for the first of each cause.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/problem/report';
import { builtCli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { project } from '../support/project';
import { examples, reportOf } from './examples';

/** Statuses that each program may end with: e2fsck reports what it corrected and what it found. */
const allowed: readonly (readonly [start: string, statuses: readonly number[]])[] = [
  ['e2fsck -fn ', [0, 4, 8, 12]],
  ['e2fsck -fp ', [0, 1]],
  ['extcheck repair --dry-run ', [0, 4]],
  ['extcheck repair ', [1, 4]],
  ['extcheck --content ', [0, 4]],
  ['extcheck boot ', [0, 4]],
  ['extcheck ', [0]],
  // needs rights that a build machine may not have
  ['dmesg ', [0, 1]],
  ['file ', [0, 127]],
  ['unzip ', [0, 127]],
];
const statusesOf = (command: string): readonly number[] =>
  allowed.find(([start]) => command.startsWith(start))?.[1] ?? [0];

/** The command as it is run: the built program in place of `extcheck`, confirmed where it would ask. */
const asRun = (command: string): string =>
  command
    .replace(/^extcheck repair (?!--dry-run)/, 'extcheck repair --yes ')
    .replace(/^extcheck /, `'${process.execPath}' '${builtCli()}' `);

function runSteps({ steps }: CheckReport, folder: string): void {
  const env = { ...process.env, LC_ALL: 'C' };
  for (const command of steps.flatMap(({ commands }) => commands)) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', asRun(command)], { cwd: folder, env, encoding: 'utf8' });
    expect(statusesOf(command), `${command}\n${stdout}${stderr}`).toContain(status);
  }
}

describe.skipIf(!hasE2fsprogs)('the commands of the steps can be run', () => {
  for (const [id, images] of Object.entries(examples))
    test.each(project === 'soak' ? images : images.slice(0, 1))(`${id}: $made`, async (example) => {
      const folder = mkdtempSync(join(tmpdir(), 'extcheck-'));
      try {
        writeFileSync(join(folder, 'active.img'), example.image().bytes);
        runSteps(await reportOf(example), folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
});

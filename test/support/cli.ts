/** Runs the command line, built from the current sources, whatever is in dist. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The path of a fixture such as `damaged/not-ext.img.gz`. */
export const fixture = (name: string): string => join(root, 'fixtures', name);

/** The path of the built program. The set-up of the oracle and soak projects builds it. */
export function builtCli(): string {
  const folder: string | undefined = inject('packageFolder');
  if (folder === undefined) throw new Error('the unit project has no build: see docs/testing.md');
  return join(folder, 'dist/cli.js');
}

export interface CliResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
}

/** Runs the program to its end; never throws for its status. At most 60 seconds. */
export function cli(args: readonly string[], options: CliOptions = {}): CliResult {
  const { NO_COLOR: _no, FORCE_COLOR: _force, NODE_OPTIONS: _options, ...env } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [builtCli(), ...args], {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
  return { status, signal, stdout, stderr };
}

/** Starts the program with pipes, for tests that look at it while it runs. */
export const startCli = (args: readonly string[]) =>
  spawn(process.execPath, [builtCli(), ...args], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });

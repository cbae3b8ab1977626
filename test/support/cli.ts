/** Runs the command line, built from the current sources, whatever is in dist. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The path of a fixture such as `damaged/not-ext.img.gz`. */
export const fixture = (name: string): string => join(root, 'fixtures', name);

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : [path];
  });
}

let built: string | undefined;

/**
 * The path of the built program. It is in the system's temporary folder under a name made from the content of all
 * sources, so test workers can neither run an old build nor find an incomplete one: the first one moves a complete
 * folder into place. Takes about a second when the sources have changed, otherwise nothing.
 */
export function builtCli(): string {
  if (built !== undefined) return built;
  const hash = createHash('sha256');
  const sources = ['src', 'build'].flatMap((name) => sourceFiles(join(root, name)).sort());
  for (const path of [...sources, join(root, 'package.json')])
    hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
  const home = join(tmpdir(), `extcheck-test-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(home)) {
    const making = mkdtempSync(join(tmpdir(), 'extcheck-making-'));
    writeFileSync(join(making, 'package.json'), '{ "type": "commonjs" }\n');
    const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');
    const args = ['--config', 'build/program.ts', '--out-dir', making, '--silent'];
    const run = spawnSync(process.execPath, [tsup, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`the command line cannot be built:\n${run.stdout}${run.stderr}`);
    try {
      renameSync(making, home);
    } catch (error) {
      rmSync(making, { recursive: true });
      if (!existsSync(home)) throw error;
    }
  }
  built = join(home, 'cli.js');
  return built;
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

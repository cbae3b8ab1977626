/** The package as it is published: built with its types, packed, and installed into an empty project without network. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm pack --json` says. */
export interface PackedFiles {
  filename: string;
  unpackedSize: number;
  files: { path: string; size: number; mode: number }[];
}

/** A project that has the package installed. */
export interface Project {
  folder: string;
  /** The installed package. */
  installed: string;
  tarball: string;
  packed: PackedFiles;
}

export interface Run {
  status: number | null;
  out: string;
  err: string;
}

/** Runs a program to its end; within a limit that a busy machine keeps as well. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Run {
  const { NODE_OPTIONS: _options, NO_COLOR: _no, FORCE_COLOR: _force, ...rest } = process.env;
  const result = spawnSync(command, args, {
    cwd,
    env: { ...rest, ...env },
    encoding: 'utf8',
    timeout: 280_000,
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32' && command === 'npm',
  });
  return {
    status: result.status,
    out: result.stdout ?? '',
    err: (result.stderr ?? '') + (result.error?.message ?? ''),
  };
}

/** The same, for what must succeed. @throws Error with what it printed */
export function mustRun(command: string, args: readonly string[], cwd: string): string {
  const { status, out, err } = run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ends with ${status}:\n${out}${err}`);
  return out;
}

/** A fresh folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder, by relative path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const filesBelow = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];

/** A name made from everything that the build depends on. */
function buildKey(): string {
  const hash = createHash('sha256');
  const inputs = ['src', 'scripts', 'tsup.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];
  for (const path of inputs.flatMap((name) => filesBelow(join(root, name)).sort()))
    hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

/** A folder that `make` fills: the first caller of all test files makes it, the others wait for it. */
async function madeOnce(home: string, make: (folder: string) => void | Promise<void>): Promise<string> {
  const lock = `${home}.lock`;
  while (!existsSync(home)) {
    try {
      mkdirSync(lock);
    } catch {
      // a build that was ended leaves its lock behind
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 300_000) rmdirSync(lock);
      await sleep(200);
      continue;
    }
    const making = mkdtempSync(`${home}-making-`);
    try {
      await make(making);
      if (!existsSync(home)) renameSync(making, home);
    } finally {
      rmSync(making, { recursive: true, force: true });
      rmdirSync(lock);
    }
  }
  return home;
}

/**
 * The folder `dist` of a build with types, in the system's temporary folder under a name of what it was built from: types
 * take most of a minute on a busy machine, and the next run needs no other ones.
 */
async function builtDist(): Promise<string> {
  const home = await madeOnce(join(tmpdir(), `extcheck-built-${buildKey()}`), (folder) => {
    const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
    mustRun(process.execPath, [tsup, '--out-dir', join(folder, 'dist'), '--silent'], root);
  });
  return join(home, 'dist');
}

/** Packs the package as `npm publish` would, and installs it into an empty project. */
async function install(home: string): Promise<void> {
  const stage = join(home, 'stage');
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs', 'src', 'test/published-ids.txt'])
    cpSync(join(root, name), join(stage, name), { recursive: true });
  cpSync(await builtDist(), join(stage, 'dist'), { recursive: true });
  const out = mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], stage);
  rmSync(stage, { recursive: true });
  const [packed] = JSON.parse(out) as [PackedFiles];
  const folder = join(home, 'project');
  writeFiles(home, {
    'packed.json': JSON.stringify(packed),
    'project/package.json': '{ "name": "consumer", "private": true, "type": "module" }\n',
  });
  const tarball = join(home, packed.filename);
  mustRun('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], folder);
}

/** A project of this test file that has the package installed. */
export async function installedPackage(): Promise<Project> {
  const home = join(temporaryFolder(), 'home');
  cpSync(await madeOnce(join(inject('runFolder'), 'installed'), install), home, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const packed: PackedFiles = JSON.parse(readFileSync(join(home, 'packed.json'), 'utf8'));
  const folder = join(home, 'project');
  return {
    folder,
    installed: join(folder, 'node_modules/extcheck'),
    tarball: join(home, packed.filename),
    packed,
  };
}

/** The environment variables that ask for more than a usual run of the tests does. */
export const asked = {
  /** Paths of other Node programs, separated by colons, such as `/opt/node22/bin/node:/opt/node24/bin/node`. */
  nodes: (process.env['EXTCHECK_NODES'] ?? '').split(':').filter((path) => path !== ''),
  /** `1` installs Deno and Bun from the registry, some 150 MB, and runs a consumer on them. */
  runtimes: process.env['EXTCHECK_RUNTIMES'] === '1',
};

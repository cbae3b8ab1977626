/** What a start costs, in what can be counted: a clock would only say how busy the machine is. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { builtCli } from '../support/cli';
import { fixtureBytes } from '../support/fixtures';

// the machine may have other work
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), 'extcheck-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loaded before the program: writes down which of its own modules Node loads for it. */
const recorder = join(folder, 'recorder.cjs');
writeFileSync(
  recorder,
  `const { writeFileSync } = require('node:fs');
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const loaded = process.moduleLoadList.filter((name) => !before.has(name));
  writeFileSync(process.env.RECORD, JSON.stringify({ loaded }));
});
`,
);

const image = join(folder, 'clean.img');
writeFileSync(image, fixtureBytes('clean/ext4-4k-csum'));

interface Start {
  status: number | null;
  stdout: string;
  loaded: string[];
}

/** Starts the program with its output in a file, as a pipeline that keeps a log has it. */
function start(...args: string[]): Start {
  const record = join(folder, 'record.json');
  const log = join(folder, 'log.txt');
  const out = openSync(log, 'w');
  const env = { ...process.env, RECORD: record };
  const { status } = spawnSync(process.execPath, ['-r', recorder, builtCli(), ...args], {
    env,
    stdio: ['ignore', out, 'pipe'],
    timeout: 60_000,
  });
  closeSync(out);
  return { status, stdout: readFileSync(log, 'utf8'), ...JSON.parse(readFileSync(record, 'utf8')) };
}

describe('a start of the program', () => {
  test.each([
    ['a check', [image], 0, 'is clean'],
    ['a check with its report as JSON', ['--format', 'ndjson', image], 0, '"verdict":"clean"'],
    ['saying the version', ['--version'], 0, 'extcheck'],
    ['a file that is not there', [`${image}.not`], 8, 'clean.img.not'],
  ])('loads nothing of Node but files and paths for %s', (_name, args, status, said) => {
    const run = start(...args);
    expect(run.status).toBe(status);
    expect(run.stdout).toContain(said);
    // streams, sockets, terminals, clocks of their own
    expect(
      run.loaded.filter((name) => /\b(stream|streams|net|tty|perf|perf_hooks|zlib|crypto|worker)\b/.test(name)),
    ).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('takes no stream for a pipe, and a slow reader gets every byte', () => {
    const args = ['--format', 'ndjson', ...Array<string>(120).fill(image)];
    const { stdout: expected } = start(...args);
    expect(expected.length).toBeGreaterThan(100_000);
    const record = join(folder, 'piped.json');
    const run = spawnSync(
      'sh',
      ['-c', '"$0" "$@" | { sleep 0.3; cat; }', process.execPath, '-r', recorder, builtCli(), ...args],
      { encoding: 'utf8', env: { ...process.env, RECORD: record }, timeout: 60_000 },
    );
    expect(run.stdout).toBe(expected);
    expect(JSON.parse(readFileSync(record, 'utf8')).loaded).not.toContain('NativeModule net');
  });

  test('the recorder sees what is loaded later, for a packed image', () => {
    const packed = join(folder, 'packed.img.gz');
    writeFileSync(packed, readFileSync(join(import.meta.dirname, '../../fixtures/clean/ext4-4k-csum.img.gz')));
    const run = start(packed);
    expect(run.status).toBe(0);
    expect(run.loaded.some((name) => /\bzlib\b/.test(name))).toBe(true);
  });

  /** The scripts that are loaded at every start, and what they import of Node at once. */
  function loadedAtOnce(): { scripts: string[]; ofNode: string[] } {
    const scripts = new Set<string>();
    const ofNode = new Set<string>();
    const follow = (name: string): void => {
      if (scripts.has(name)) return;
      scripts.add(name);
      const code = readFileSync(join(dirname(builtCli()), name), 'utf8');
      for (const [, from] of code.matchAll(/(?:^|;)(?:import|export)\b[^;()"']*["']([^"'\n]+)["'](?=;)/gm))
        if (from!.startsWith('./')) follow(from!.slice(2));
        else ofNode.add(from!);
      for (const [, name] of code.matchAll(/\bgetBuiltinModule\(\s*["'](.*?)["']\)/g)) ofNode.add(name!);
    };
    follow('cli.js');
    return { scripts: [...scripts], ofNode: [...ofNode].sort() };
  }

  test('imports nothing of Node at once but files', () => {
    expect(loadedAtOnce().ofNode).toEqual(['node:fs']);
  });

  test('parses at most 430,000 bytes of program, in at most 3 files', () => {
    const { scripts } = loadedAtOnce();
    expect(scripts).toContain('core.js');
    expect(scripts.length).toBeLessThanOrEqual(3);
    const sizes = scripts.map((name) => statSync(join(dirname(builtCli()), name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(430_000);
  });
});

/** Runs the commands of a page of docs in a folder, and compares the outputs that the page shows. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Block, blocksOf, commandsOf } from '../package/doc-blocks';
import { builtCli } from './cli';
import { writeDisks } from './doc-disks';
import { hasE2fsprogs } from './e2fsprogs';
import { isInstalled } from './tools';

/** A shell block, with the output that the block after it shows. */
export interface DocExample {
  block: Block;
  shown: string;
}

/** The shell blocks of a page; URLs are those of no server. */
export function examplesOf(page: readonly Block[]): DocExample[] {
  return page.flatMap((block, i) => {
    const next = page[i + 1];
    if (block.language !== 'sh' || /https?:/.test(block.code)) return [];
    return [{ block, shown: next !== undefined && /^(text|json)$/.test(next.language) ? next.code : '' }];
  });
}

/** Tools that a block needs, and whether they are installed. */
const needs = [
  [/\bjq\b/, isInstalled('jq')],
  [/\.xz\b/, isInstalled('xz')],
  [/\/dev\/sda/, hasE2fsprogs],
] as const;

/** Output as the page shows it: `…` on a line of its own stands for any lines, and elsewhere for any text of the line. */
function patternOf(shown: string): RegExp {
  const lines = shown.split('\n').map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    return `${line.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*')}\\n`;
  });
  // the code of a block ends with a newline
  return new RegExp(`^${lines.slice(0, -1).join('')}$`);
}

/** Registers a test for each example of a page, such as `docs/containers.md`, that runs it in `folder`. */
export function testExamples(page: string, folder: string): void {
  beforeAll(() => {
    writeDisks(folder);
    writeFileSync(join(folder, 'extcheck'), `#!/bin/sh\nexec ${process.execPath} ${builtCli()} "$@"\n`);
    chmodSync(join(folder, 'extcheck'), 0o755);
  });
  const bash = (script: string) => {
    const { FORCE_COLOR: _force, ...env } = process.env;
    const path = `${folder}:${process.env['PATH']}`;
    return spawnSync('bash', ['-c', `set -o pipefail\n${script}`], {
      cwd: folder,
      env: { ...env, PATH: path, LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
    });
  };
  for (const { block, shown } of examplesOf(blocksOf(page))) {
    const isPossible = needs.every(([tool, there]) => there || !tool.test(block.code));
    test.skipIf(!isPossible)(`${block.at} ${block.code.split('\n')[0]}`, () => {
      let printed = '';
      for (const { code, status = 0 } of commandsOf(block)) {
        const result = bash(code.replaceAll('/dev/sda', 'node.img'));
        expect([code, result.status, result.stderr]).toEqual([code, status, '']);
        printed += result.stdout.replaceAll('node.img', '/dev/sda');
      }
      expect(printed).toMatch(patternOf(shown));
    });
  }
}

/** Manifests made to cost much, or to be shown: bounded time and memory, and no name that a terminal would act on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkImage } from '../../../src/check';
import { manifestCheck } from '../../../src/content/manifest/check';
import { parseManifest } from '../../../src/content/manifest/parse';
import { memorySource } from '../../../src/source/memory';
import { cli } from '../../support/cli';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import { fixtureBytes } from '../../support/fixtures';
import { imageOf, rootTree, temporaryFolder } from '../../support/root-tree';

/** Milliseconds of processor time and bytes of memory for all lines: some four times what they take. */
const [timeBudget, memoryBudget] = [20_000, 512 * 1024 * 1024];
const many = 100_000;
const digest = 'ab'.repeat(32);

const numbers = (line: (i: number) => string): string => Array.from({ length: many }, (_, i) => line(i)).join('');

test.each<[string, () => string]>([
  ['different files in one folder', () => numbers((i) => `${digest}  etc/file-${i}\n`)],
  ['one file', () => numbers(() => `${digest}  etc/os-release\n`)],
  ['a folder for each file', () => numbers((i) => `${digest}  etc/${i}/x\n`)],
  ['folders that are entered and left', () => `#mtree\n${numbers(() => 'd type=dir\n..\n')}./x type=file\n`],
  ['folders that are never left', () => `#mtree\n${numbers(() => 'd type=dir\n')}`],
  ['defaults that change', () => `#mtree\n${numbers((i) => `/set mode=${(i % 512).toString(8)}\n`)}./x type=file\n`],
  ['lines that go on', () => `#mtree\n./x \\\n${numbers(() => ' mode=0644 \\\n')} type=file\n`],
])('a hundred thousand lines: %s', { timeout: 120_000 }, async (_, make) => {
  const text = make();
  const { rss } = process.memoryUsage();
  const start = process.cpuUsage();
  const manifest = parseManifest(text);
  const report = await checkImage(memorySource(fixtureBytes('clean/ext4-1k-csum-tree')), {
    extensions: [manifestCheck(manifest)],
  });
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(timeBudget);
  expect(process.memoryUsage().rss - rss).toBeLessThan(memoryBudget);
  // what was not understood, or is not there, is said
  expect(report.verdict).not.toBe('clean');
  expect(manifest.faults.length).toBeLessThanOrEqual(100);
});

describe.skipIf(!hasE2fsprogs)('names (needs e2fsprogs)', () => {
  test('that a terminal would act on are printed as codes, in text and in JSON', () => {
    const cwd = temporaryFolder();
    const odd = 'escape\u001b[2J and\nline';
    const root = rootTree((write) => write(`etc/${odd}`, 'right\n'));
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'root.img'), imageOf(root).bytes);
    const lines = [
      `./etc/escape\\033[2J\\040and\\012line type=file sha256digest=${digest}`,
      `./etc/gone\\033[2J type=file sha256digest=${digest}`,
    ];
    writeFileSync(join(cwd, 'a.mtree'), `#mtree\n${lines.join('\n')}\n`);
    for (const format of ['text', 'json', 'ndjson']) {
      const { status, stdout } = cli(['--manifest', 'a.mtree', '-v', '--format', format, 'root.img'], { cwd });
      expect(status).toBe(4);
      expect(stdout).not.toContain('\u001b');
      expect(stdout).not.toContain(odd);
      const slash = format === 'text' ? '\\' : '\\\\';
      expect(stdout).toContain(`/etc/escape${slash}x1b[2J and${slash}nline`);
      expect(stdout).toContain(`/etc/gone${slash}x1b[2J`);
    }
  });
});

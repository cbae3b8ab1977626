/** Manifests made to take long: bounded time and memory. */
import { expect, test } from 'vitest';
import { checkImage } from '../../../src/check';
import { manifestCheck } from '../../../src/content/manifest/check';
import { parseManifest } from '../../../src/content/manifest/parse';
import { memorySource } from '../../../src/source/memory';
import { fixtureBytes } from '../../support/fixtures';

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

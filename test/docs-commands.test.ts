/** docs/commands.md and docs/extcheck.1 are made from the option tables. UPDATE_DOCS=1 writes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageJson from '../package.json';
import { renderManual } from '../scripts/commands-manual';
import { renderReference } from '../scripts/commands-page';
import { describeCommands } from '../src/cli/commands';

test.each([
  ['docs/commands.md', renderReference],
  ['docs/extcheck.1', renderManual],
])('%s equals what the option tables give', async (path, render) => {
  const url = new URL(`../${path}`, import.meta.url);
  const rendered = render(await describeCommands());
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(url, rendered);
  expect(readFileSync(url, 'utf8')).toBe(rendered);
});

test('package.json names the manual', () => {
  expect(packageJson.man).toBe('docs/extcheck.1');
});

/** The HTML report in a browser: no error in its console, its script under its policy, light and dark. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { allProblems } from '../../src/all-problems';
import { sha256Base64 } from '../../src/bytes/sha256-text';
import { renderHtml } from '../../src/report/html/page';
import { fixtureBytes } from '../support/fixtures';
import { reportWithLayout } from '../support/layout';
import { freshFolder } from '../support/scratch';

const browser = '/usr/bin/chromium';

/** What a browser prints to its two outputs for a page. */
function browse(folder: string, page: string, options: string[]): { out: string; log: string } {
  const run = spawnSync(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${join(folder, 'profile')}`,
      '--virtual-time-budget=2000',
      ...options,
      `file://${page}`,
    ],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 },
  );
  return { out: run.stdout, log: run.stderr };
}

/** What a page writes to the console, such as violations of its policy. */
const consoleLines = (log: string): string[] => log.split('\n').filter((line) => /CONSOLE/.test(line));

describe.skipIf(!existsSync(browser))('in Chromium', { timeout: 90_000 }, () => {
  let folder: string;
  let page: string;
  let text: string;

  beforeAll(async () => {
    folder = freshFolder();
    page = join(folder, 'report.html');
    const report = await reportWithLayout(fixtureBytes('damaged/harvester-lost-writes'));
    text = renderHtml([report], { catalogue: allProblems }, sha256Base64);
    writeFileSync(page, text);
    expect(text.length).toBeLessThan(5_000_000);
  });

  test('its script runs, and the console stays empty', () => {
    const { out, log } = browse(folder, page, ['--dump-dom']);
    expect(consoleLines(log)).toEqual([]);
    expect(text).toContain('<form class="filter" hidden');
    expect(out).toContain('<form class="filter">');
  });

  test('its policy refuses any other script and style', () => {
    const other = join(folder, 'other.html');
    writeFileSync(other, text.replace('</main>', '</main><p style="color:red" onclick="1"></p><script>1</script>'));
    expect(consoleLines(browse(folder, other, ['--dump-dom']).log).length).toBeGreaterThanOrEqual(2);
  });

  test('the filter hides what does not fit', () => {
    const filtered = join(folder, 'filtered.html');
    const act = `<script>
      const form = document.querySelector('.filter');
      form.querySelector('[type=search]').value = '/USR/SBIN/AGETTY ';
      form.querySelector('[value=warning]').checked = false;
      form.dispatchEvent(new Event('input'));
      const shown = [...document.querySelectorAll('.problem')].filter((problem) => !problem.hidden);
      document.title = shown.length + ' ' + shown.map((one) => one.dataset.severity + one.querySelectorAll('li:not([hidden])').length);
    </script></body>`;
    writeFileSync(filtered, text.replace(/<meta http-equiv[^>]*>/, '').replace('</body>', act));
    expect(/<title>(.*)<\/title>/.exec(browse(folder, filtered, ['--dump-dom']).out)?.[1]).toBe('1 error1');
  });

  test('it has a light and a dark appearance', () => {
    const shots = [[], ['--blink-settings=preferredColorScheme=0']].map((options, i) => {
      const file = join(folder, `shot-${i}.png`);
      browse(folder, page, ['--window-size=1280,2400', `--screenshot=${file}`, ...options]);
      return readFileSync(file);
    });
    for (const shot of shots) expect(shot.length).toBeGreaterThan(50_000);
    expect(shots[0]!.equals(shots[1]!)).toBe(false);
  });
});

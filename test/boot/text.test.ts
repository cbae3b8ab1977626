/** The text of a boot report fits the width that it is given, and the console lines are complete. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderBoot, stepLines } from '../../src/boot/boot-text';
import { columns } from '../../src/report/wrap';
import { bootReportOf } from '../support/reports';

const panic = 'Kernel panic - not syncing: No working init found.  Try passing init= option to kernel.';
const noRoot =
  "Failed to switch root: Specified switch root path '/sysroot' does not seem to be an OS tree. os-release file is missing.";

test('a wide line of the console is continued, further indented; a narrow one is not changed', () => {
  const step = {
    step: 'init',
    ok: false,
    message: '/sbin/init is missing.',
    console: `${panic}\nreboot:  now\n${noRoot}`,
  };
  expect(stepLines(step, 80)).toEqual([
    '  FAIL init        /sbin/init is missing.',
    '                   | Kernel panic - not syncing: No working init found.  Try',
    '                   |   passing init= option to kernel.',
    '                   | reboot:  now',
    '                   | Failed to switch root: Specified switch root path',
    "                   |   '/sysroot' does not seem to be an OS tree. os-release",
    '                   |   file is missing.',
  ]);
  expect(stepLines(step, 160)[1]).toBe(`                   | ${panic}`);
});

const margin = /^ {19}\| ( {2})?/;

test('no line is wider than asked for, unless one word is, and no word is lost', () => {
  const word = fc.oneof(fc.stringMatching(/^[a-z]{1,24}$/), fc.constant('文文文'), fc.stringMatching(/^[a-z]{80,90}$/));
  const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, text, text, fc.integer({ min: 60, max: 120 }), (message, console, note, width) => {
      const step = { step: 'libraries', ok: false, message, console };
      const report = bootReportOf([step], {
        notes: [note],
        findings: [{ id: 'x', severity: 'warning', data: { note } }],
      });
      const lines = renderBoot(report, { width }).split('\n');
      for (const line of lines)
        if (columns(line) > width)
          expect(line.replace(margin, '').replace(/^ *(FAIL libraries)? */, '')).not.toContain(' ');
      const shown = lines.filter((line) => margin.test(line)).map((line) => line.replace(margin, ''));
      expect(shown.join(' ')).toBe(console);
    }),
    { numRuns: 200 },
  );
});

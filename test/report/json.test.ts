import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failedReport } from '../../src/report/failure';
import { jsonPieces } from '../../src/report/json';
import { anyText } from '../support/any-text';
import { jsonText, printedReport } from '../support/printed';
import { causeOf, lostWritesCheck, reportOf, stubCatalogue, unusedInode, wrongBitmap } from '../support/reports';

const reports = [lostWritesCheck(), reportOf(), reportOf([wrongBitmap]), failedReport('x', 'why')];

test('one line, the same as JSON.stringify would give', () => {
  for (const report of reports) {
    const printed = printedReport(report, stubCatalogue);
    expect(jsonText(report, stubCatalogue)).toBe(`${JSON.stringify(printed)}\n`);
    expect(printed).toMatchObject(JSON.parse(JSON.stringify(report)));
  }
});

test('indented, the same as JSON.stringify would give, also inside an array', () => {
  for (const report of reports) {
    const printed = printedReport(report, stubCatalogue);
    expect(jsonText(report, stubCatalogue, { indent: 2 })).toBe(`${JSON.stringify(printed, null, 2)}\n`);
    const inArray = [...jsonPieces(report, stubCatalogue, { indent: 2, margin: '  ' })].join('');
    expect(`[\n  ${inArray}\n]`).toBe(JSON.stringify([printed], null, 2));
  }
});

test('every finding has its sentence, and keys have their order whatever order they came in', () => {
  const { data, id, ...rest } = unusedInode('passwd', 77);
  const printed = printedReport(reportOf([{ data: data!, ...rest, id }]), stubCatalogue);
  expect(printed.findings[0]!.message).toContain('names inode 77');
  expect(Object.keys(printed.findings[0]!)).toEqual([
    'id',
    'severity',
    'e2fsck',
    'message',
    'inode',
    'directory',
    'path',
    'bytes',
    'data',
  ]);
  const shuffled = Object.fromEntries(Object.entries(lostWritesCheck()).reverse()) as unknown as (typeof reports)[0];
  expect(jsonText(shuffled, stubCatalogue)).toBe(jsonText(lostWritesCheck(), stubCatalogue));
});

test('a report is printed in bounded pieces', () => {
  const findings = Array.from({ length: 3000 }, (_, i) => unusedInode(`f${i}`, i));
  const pieces = [...jsonPieces(reportOf(findings), stubCatalogue)];
  expect(pieces.length).toBeGreaterThan(5);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
  expect(JSON.parse(pieces.join('')).findings).toHaveLength(3000);
});

test('any text survives, on one line, with nothing a terminal would obey', () => {
  fc.assert(
    fc.property(anyText(), (label) => {
      const text = jsonText(reportOf([unusedInode(label, 1)], { causes: [causeOf(label)] }), stubCatalogue);
      expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const back = JSON.parse(text);
      expect(back.causes).toEqual([causeOf(label)]);
      expect(back.findings[0].path).toBe(`/${label}`);
    }),
    { examples: [['\u001b[31m\u009b\u202e\u{e0001}\u2028']] },
  );
});

/** Compares the findings of a check with the codes that the real e2fsck logs for the same image. */
import { expect } from 'vitest';
import { formatCode } from '../../src/problem/collector';
import type { DescribedProblem, ProblemEntry } from '../../src/problem/define';
import { defaultE2fsckVersion, isLoggedBy, loggedBy } from '../../src/problem/e2fsck-version';
import { e2fsck } from './e2fsprogs';
import type { TestImage } from './image';

/** Codes that e2fsck logs although they are not problems: headings, questions, hints, and steps of a repair. */
export const notFindings: ReadonlySet<string> = new Set(
  [
    // hints and housekeeping before pass 1
    '000006 000009 00000a 00000e 000019 000020 000028 000029 00002b 00002c 00002d 000034 00003b 00003e 000041 00004c',
    // headings and follow-up questions of pass 1
    '010010 010013 010017 010018 010020 01002d 010037 010043 010061 010064 010087',
    // headings and questions of passes 1B to 1D
    '011001 011003 013004 013005 013006 013007',
    // trees of extents that could be smaller
    '014002 014003 014004 014005 014006 014007',
    // questions of the later passes
    '020023 020038 02004f 030004 030006 03000e 030012 030018 031003 031004 031005 040004 040007',
    // headings of the bitmap comparison, and the end of a run
    '050003 050006 050007 05000a 060001 060003 060006 06000a',
  ]
    .join(' ')
    .split(' ')
    .map((code) => `0x${code}`),
);

const asSet = (codes: Iterable<string>): string[] => [...new Set(codes)].sort();

/** The codes of a problem that a version of e2fsck logs. */
export const codesLogged = (problem: ProblemEntry, version = defaultE2fsckVersion): string[] =>
  problem.e2fsck.filter((code) => isLoggedBy(version, loggedBy(problem, code))).map(formatCode);

/** Every form in short that findings of a problem can have: one for each code that they carry, or the id alone. */
export function shortForms(problem: DescribedProblem, version?: string): string[] {
  const codes = codesLogged(problem, version);
  return codes.length === 0 ? [problem.id] : codes.map((code) => `${problem.id} ${code}`);
}

/** The same findings `count` times in a row, in short form. */
export const times = (count: number, ...findings: string[]): string[] =>
  Array.from({ length: count }, () => findings).flat();

/**
 * Asserts that `e2fsck -fn` logs the same set of codes as `findings`, given in short. Where it gave up it had no chance
 * to log the rest, so there it must not have logged anything else. Needs e2fsprogs: see `hasE2fsprogs`.
 */
export function expectSameCodes(image: TestImage, findings: readonly string[], tool?: string): void {
  const { status, codes } = e2fsck(image, { tool });
  const theirs = asSet(codes.filter((code) => !notFindings.has(code)));
  const ours = asSet(findings.flatMap((finding) => finding.split(' ')[1] ?? []));
  if ((status & 8) === 0) expect(ours, 'our codes against those of e2fsck').toEqual(theirs);
  else expect(ours, 'our codes against those of e2fsck until it gave up').toEqual(expect.arrayContaining(theirs));
}

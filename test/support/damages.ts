/** Runs tables of damages: the expected findings for a clean image with one change, and the codes of e2fsck. */
import { expect, test } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import type { ReportFinding } from '../../src/problem/collector';
import { formatCode } from '../../src/problem/collector';
import type { ProblemEntry } from '../../src/problem/define';
import { e2fsck, hasE2fsprogs } from './e2fsprogs';
import { collect, inShort, type TestImage } from './image';

export interface Damage {
  name: string;
  /** A fresh clean image. */
  image: () => TestImage;
  /** Damages it, in place or by giving back another one. */
  damage: (image: TestImage) => TestImage;
  /** The exact findings, in order and in short form. */
  findings: readonly string[];
  /** Why e2fsck differs here, where it does; it is then not asked. */
  e2fsckDiffers?: string;
  /** The image needs mke2fs. */
  native?: boolean;
}

/** Runs the check and returns its findings in short; every sentence is made once, so that none can throw. */
async function findingsOf(image: TestImage, check: (image: TestImage, report: ReportFinding) => Promise<void>) {
  const { report, findings } = collect();
  await check(image, report);
  for (const { id, data } of findings) expect(catalogue[id]?.say(data ?? {}), id).toMatch(/^\S[^\n]*[^\s.]$/);
  return inShort(findings);
}

export type Problems = Readonly<Record<string, object>>;

export interface Options {
  /** Problems that the check reports too and that are provoked in another test file. */
  others?: Problems;
  /** Ids that no table can provoke, and that another test of this file does. */
  elsewhere?: readonly string[];
}

/**
 * One test for each damage: the clean image has no findings, the damaged one exactly the listed ones, and e2fsck, where
 * it is installed, logs the same codes.
 */
export function testDamages(
  problems: Problems,
  check: (image: TestImage, report: ReportFinding) => Promise<void>,
  damages: readonly Damage[],
  { others = {}, elsewhere = [] }: Options = {},
): void {
  const known = { ...problems, ...others } as Record<string, ProblemEntry>;
  const mine = new Set(
    Object.values(known).flatMap((problem) => (problem.e2fsckSince ? [] : problem.e2fsck.map(formatCode))),
  );
  for (const { name, image, damage, findings, e2fsckDiffers, native } of damages) {
    test.skipIf(native && !hasE2fsprogs)(name, async () => {
      expect(await findingsOf(image(), check), 'the clean image').toEqual([]);
      expect(await findingsOf(damage(image()), check)).toEqual(findings);
    });
    test.skipIf(!hasE2fsprogs || e2fsckDiffers !== undefined)(`${name}: e2fsck agrees`, () => {
      const { status, codes } = e2fsck(damage(image()));
      const logged = [...new Set(codes.filter((code) => mine.has(code)))].sort();
      const expected = findings.map((finding) => finding.split(' ')[1]).filter((code) => code !== undefined);
      // where it gave up, it had no chance to log the rest
      if ((status & 8) !== 0) expect(expected).toEqual(expect.arrayContaining(logged));
      else expect(logged).toEqual([...new Set(expected)].sort());
    });
  }

  test('every problem is provoked', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings.map((finding) => finding.split(' ')[0])));
    expect(Object.keys(problems).filter((id) => !provoked.has(id))).toEqual(elsewhere);
  });
}

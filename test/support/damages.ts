/** Runs tables of damages: what a check must report on a clean image with one thing changed, and what e2fsck says of it. */
import { expect } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import type { ReportFinding } from '../../src/problem/collector';
import { formatCode } from '../../src/problem/collector';
import type { ProblemEntry } from '../../src/problem/define';
import { e2fsck } from './e2fsprogs';
import { collect, inShort, type TestImage } from './image';
import { nativeTest, unitTest } from './project-tests';

export interface Damage {
  name: string;
  /** A fresh clean image. */
  image: () => TestImage;
  /** Damages it, in place or by giving back another one. */
  damage: (image: TestImage) => TestImage;
  /** Exactly what is reported, in order and in short. */
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

/** A function that is called once for each argument, and gives the same result again. */
export function oncePer<A extends object, R>(make: (argument: A) => R): (argument: A) => R {
  const made = new Map<A, R>();
  return (argument) => {
    if (!made.has(argument)) made.set(argument, make(argument));
    return made.get(argument)!;
  };
}

export type Problems = Readonly<Record<string, object>>;

export interface Options {
  /** Problems that the check reports too and that are provoked in another test file. */
  others?: Problems;
  /** Ids that no table can provoke, and that another test of this file does. */
  elsewhere?: readonly string[];
}

/**
 * One test for each damage: the clean image is silent, the damaged one gives exactly the findings named, and e2fsck,
 * where it is installed, logs the same ones of the codes that the problems stand for.
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
  const ofClean = oncePer((image: Damage['image']) => findingsOf(image(), check));
  for (const { name, image, damage, findings, e2fsckDiffers, native } of damages) {
    (native ? nativeTest : unitTest)(name, async () => {
      expect(await ofClean(image), 'the clean image').toEqual([]);
      expect(await findingsOf(damage(image()), check)).toEqual(findings);
    });
    nativeTest.skipIf(e2fsckDiffers !== undefined)(`${name}: e2fsck agrees`, () => {
      const { status, codes } = e2fsck(damage(image()));
      const logged = [...new Set(codes.filter((code) => mine.has(code)))].sort();
      const expected = findings.map((finding) => finding.split(' ')[1]).filter((code) => code !== undefined);
      // where it gave up, it had no chance to log the rest
      if ((status & 8) !== 0) expect(expected).toEqual(expect.arrayContaining(logged));
      else expect(logged).toEqual([...new Set(expected)].sort());
    });
  }

  unitTest('every problem is provoked', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings.map((finding) => finding.split(' ')[0])));
    expect(Object.keys(problems).filter((id) => !provoked.has(id))).toEqual(elsewhere);
  });
}

/** Runs tables of damages: the expected findings for a clean image with one change, and the codes of e2fsck. */
import { expect } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import type { ReportFinding } from '../../src/problem/collector';
import type { ProblemEntry } from '../../src/problem/define';
import type { Finding } from '../../src/problem/finding';
import { codesLogged } from './compare-codes';
import { e2fsck, e2fsckVersion } from './e2fsprogs';
import { collect, inShort, type TestImage } from './image';
import { nativeTest, unitTest } from './project-tests';

export interface Damage {
  name: string;
  /** A fresh clean image. */
  image: () => TestImage;
  /** Damages it, in place or by returning another one. */
  damage: (image: TestImage) => TestImage;
  /** The exact findings, in order and in short form. */
  findings: readonly string[];
  /** Why e2fsck differs here, if it does; it is not run then. */
  e2fsckDiffers?: string;
  /** The image needs mke2fs. */
  native?: boolean;
}

/** A damage in one line. */
export const damaged = (
  name: string,
  image: Damage['image'],
  damage: Damage['damage'],
  findings: readonly string[],
): Damage => ({ name, image, damage, findings });

/** A function that is called once for each argument, and gives the same result again. */
function oncePer<A extends object, R>(make: (argument: A) => R): (argument: A) => R {
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
 * Two tests for each damage: the clean image has no findings, the damaged one exactly the listed ones, each with a
 * sentence; and `compare` gets the damaged image where e2fsck is installed and agrees.
 */
export function testEach(
  damages: readonly Damage[],
  check: (image: TestImage) => Promise<readonly Finding[]>,
  compare: (image: TestImage, findings: readonly string[]) => void | Promise<void>,
): void {
  // rows share few clean images; each is checked once
  const ofClean = oncePer(async (image: Damage['image']) => inShort(await check(image())));
  for (const { name, image, damage, findings, e2fsckDiffers, native } of damages) {
    (native ? nativeTest : unitTest)(name, async () => {
      expect(await ofClean(image), 'the clean image').toEqual([]);
      const found = await check(damage(image()));
      const sentences = found.map(({ id, data }) => `${id}: ${catalogue[id]?.say(data ?? {}) ?? ''}`);
      expect(sentences.filter((sentence) => !/^[a-z0-9-]+: \S[^\n]*[^\s.]$/.test(sentence))).toEqual([]);
      expect(inShort(found)).toEqual(findings);
    });
    nativeTest.skipIf(e2fsckDiffers !== undefined)(`${name}: e2fsck agrees`, async () => {
      await compare(damage(image()), findings);
    });
  }
}

/** `testEach` for one check; compares only the codes of its problems. A last test requires that every problem occurs. */
export function testDamages(
  problems: Problems,
  check: (image: TestImage, report: ReportFinding) => Promise<void>,
  damages: readonly Damage[],
  { others = {}, elsewhere = [] }: Options = {},
): void {
  const mine = new Set(
    Object.values({ ...problems, ...others } as Record<string, ProblemEntry>).flatMap((problem) =>
      codesLogged(problem, e2fsckVersion),
    ),
  );
  const checked = async (image: TestImage, version?: string) => {
    const { report, findings } = collect(version);
    await check(image, report);
    return findings;
  };
  testEach(damages, checked, async (image) => {
    const { status, codes } = e2fsck(image);
    const logged = [...new Set(codes.filter((code) => mine.has(code)))].sort();
    const expected = (await checked(image, e2fsckVersion)).flatMap((finding) => finding.e2fsck ?? []);
    // where e2fsck stopped, it could not log the rest
    if ((status & 8) !== 0) expect(expected).toEqual(expect.arrayContaining(logged));
    else expect(logged).toEqual([...new Set(expected)].sort());
  });

  unitTest('every problem is provoked', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings.map((finding) => finding.split(' ')[0])));
    expect(Object.keys(problems).filter((id) => !provoked.has(id))).toEqual(elsewhere);
  });
}

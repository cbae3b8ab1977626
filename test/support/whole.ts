/** Runs tables of damages through the whole check, and holds the codes found against the log of `e2fsck -fn`. */
import { expect } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import type { CheckOptions } from '../../src/check';
import { checkImage } from '../../src/check';
import type { DescribedProblem } from '../../src/problem/define';
import type { CheckReport } from '../../src/problem/report';
import { expectAgreement, shortForms } from './agree';
import { type Damage, type Options, oncePer, type Problems } from './damages';
import { fakeNow } from './e2fsprogs';
import { inShort, type TestImage } from './image';
import { nativeTest, unitTest } from './project-tests';

/** The whole check of an image, at the time that the tools take for the present. */
export const checkWhole = (image: TestImage, options: CheckOptions = {}): Promise<CheckReport> =>
  checkImage(image.source(), { now: new Date(fakeNow * 1000), ...options });

/**
 * One test for each damage: the clean image is silent, the damaged one gives exactly the findings named, each with a
 * sentence. Another one holds it against e2fsck, where that is installed. A last one asks that every problem occurs
 * with each of its codes, but for `elsewhere`, in short.
 */
export function testWhole(
  problems: Problems,
  damages: readonly Damage[],
  { elsewhere = [] }: Pick<Options, 'elsewhere'> = {},
): void {
  // rows share few clean images; each is checked once
  const ofClean = oncePer(async (image: Damage['image']) => inShort((await checkWhole(image())).findings));
  for (const { name, image, damage, findings, e2fsckDiffers, native } of damages) {
    (native ? nativeTest : unitTest)(name, async () => {
      expect(await ofClean(image), 'the clean image').toEqual([]);
      const found = (await checkWhole(damage(image()))).findings;
      expect(inShort(found)).toEqual(findings);
      for (const { id, data } of found) expect(catalogue[id]?.say(data ?? {}), id).toMatch(/^\S[^\n]*[^\s.]$/);
    });
    nativeTest.skipIf(e2fsckDiffers !== undefined)(`${name}: e2fsck agrees`, () => {
      expectAgreement(damage(image()), findings);
    });
  }

  unitTest('every problem is provoked, with each of its codes', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings));
    const wanted = Object.values(problems as Record<string, DescribedProblem>).flatMap(shortForms);
    expect(wanted.filter((finding) => !provoked.has(finding))).toEqual(elsewhere);
  });
}

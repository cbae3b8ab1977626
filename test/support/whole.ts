/** Runs tables of damages through the whole check, and compares the codes with the log of `e2fsck -fn`. */
import { expect, test } from 'vitest';
import { allProblems as catalogue } from '../../src/all-problems';
import type { CheckOptions } from '../../src/check';
import { checkImage } from '../../src/check';
import type { DescribedProblem } from '../../src/problem/define';
import type { CheckReport } from '../../src/problem/report';
import { expectAgreement, shortForms } from './agree';
import type { Damage, Options, Problems } from './damages';
import { fakeNow, hasE2fsprogs } from './e2fsprogs';
import { inShort, type TestImage } from './image';

/** The whole check of an image, at the time that the tools take for the present. */
export const checkWhole = (image: TestImage, options: CheckOptions = {}): Promise<CheckReport> =>
  checkImage(image.source(), { now: new Date(fakeNow * 1000), ...options });

/**
 * One test for each damage: the clean image has no findings, the damaged one exactly the listed ones, each with a
 * sentence. Another test compares them with e2fsck, where it is installed. The last one requires that every problem
 * occurs with each of its codes, except for `elsewhere`, in short form.
 */
export function testWhole(
  problems: Problems,
  damages: readonly Damage[],
  { elsewhere = [] }: Pick<Options, 'elsewhere'> = {},
): void {
  for (const { name, image, damage, findings, e2fsckDiffers, native } of damages) {
    test.skipIf(native && !hasE2fsprogs)(name, async () => {
      expect(inShort((await checkWhole(image())).findings), 'the clean image').toEqual([]);
      const found = (await checkWhole(damage(image()))).findings;
      expect(inShort(found)).toEqual(findings);
      for (const { id, data } of found) expect(catalogue[id]?.say(data ?? {}), id).toMatch(/^\S[^\n]*[^\s.]$/);
    });
    test.skipIf(!hasE2fsprogs || e2fsckDiffers !== undefined)(`${name}: e2fsck agrees`, () => {
      expectAgreement(damage(image()), findings);
    });
  }

  test('every problem is provoked, with each of its codes', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings));
    const wanted = Object.values(problems as Record<string, DescribedProblem>).flatMap(shortForms);
    expect(wanted.filter((finding) => !provoked.has(finding))).toEqual(elsewhere);
  });
}

/** Runs tables of damages through the whole check, and compares the codes with the log of `e2fsck -fn`. */
import { expect } from 'vitest';
import type { CheckOptions } from '../../src/check';
import { checkImage } from '../../src/check';
import type { DescribedProblem } from '../../src/problem/define';
import type { CheckReport } from '../../src/problem/report';
import { expectSameCodes, shortForms } from './compare-codes';
import { type Damage, type Options, type Problems, testEach } from './damages';
import { e2fsckVersion, fakeNow } from './e2fsprogs';
import { inShort, type TestImage } from './image';
import { unitTest } from './project-tests';

/** The whole check of an image, at the time that the tools take for the present. */
export const checkWhole = (image: TestImage, options: CheckOptions = {}): Promise<CheckReport> =>
  checkImage(image.source(), { now: new Date(fakeNow * 1000), ...options });

/** `testEach` for the whole check. A last test requires every problem with each of its codes, except for `elsewhere`. */
export function testWithWholeCheck(
  problems: Problems,
  damages: readonly Damage[],
  { elsewhere = [] }: Pick<Options, 'elsewhere'> = {},
): void {
  testEach(
    damages,
    async (image) => (await checkWhole(image)).findings,
    async (image) => expectSameCodes(image, inShort((await checkWhole(image, { e2fsck: e2fsckVersion })).findings)),
  );

  unitTest('every problem is provoked, with each of its codes', () => {
    const provoked = new Set(damages.flatMap((damage) => damage.findings));
    const wanted = Object.values(problems as Record<string, DescribedProblem>).flatMap((problem) =>
      shortForms(problem),
    );
    expect(wanted.filter((finding) => !provoked.has(finding))).toEqual(elsewhere);
  });
}

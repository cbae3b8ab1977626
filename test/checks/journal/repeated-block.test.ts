import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedBlock } from '../../../src/checks/journal/repeated-block';

type Run = { physical: number; count: number };

/** The same by comparing each run with all earlier ones. */
function slowly(runs: readonly Run[]): number {
  for (const [i, { physical }] of runs.entries()) {
    const before = runs.slice(0, i).filter((one) => one.physical <= physical);
    const starts = Math.max(...before.map((one) => one.physical));
    const last = before.filter((one) => one.physical === starts).at(-1);
    if (last !== undefined && physical < last.physical + last.count) return physical;
  }
  return -1;
}

test('agrees with a comparison of each run with all earlier ones', () => {
  const run = fc.record({ physical: fc.nat(60), count: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
      expect(repeatedBlock(runs)).toBe(slowly(runs));
    }),
    { numRuns: 2000 },
  );
});

test('takes no time for a journal with a run for each block, in any order', () => {
  const count = 400_000;
  const runs = Array.from({ length: count }, (_, i) => ({ physical: 2 * ((i * 7919) % count) + 1, count: 1 }));
  const started = performance.now();
  expect(repeatedBlock(runs)).toBe(-1);
  expect(repeatedBlock([...runs, { physical: 5, count: 1 }])).toBe(5);
  expect(performance.now() - started).toBeLessThan(4000);
});

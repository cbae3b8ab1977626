/** Which of the three vitest projects runs, and how much of a long test it runs. See docs/testing.md. */

export type Project = 'unit' | 'oracle' | 'soak';

/** The project of this worker; none outside vitest, where the fuzzer uses what it finds. */
export const project = process.env['EXTCHECK_TEST_PROJECT'] as Project | undefined;

/** Whether the soak project runs all it has, which takes hours, and not the bounded share of .ci/run. */
export const isFullSoak = project === 'soak' && process.env['EXTCHECK_SOAK'] !== 'ci';

/** How much of something a test does in each project. */
export interface Amounts {
  unit?: number;
  oracle?: number;
  /** In the bounded soak. */
  ci: number;
  /** In the full soak. */
  full: number;
}

/** The amount for the project that runs. */
export function amount({ unit, oracle, ci, full }: Amounts): number {
  if (project === 'soak') return isFullSoak ? full : ci;
  return (project === 'unit' ? unit : oracle) ?? ci;
}

/** What a rule is that turns facts about an upgrade into a verdict. */
import type { UpgradeFacts } from './facts';

/** What a machine's upgrade is at. `exitStatusOf` in `upgrade-report.ts` says what each means to a script. */
export type UpgradeVerdict =
  | 'upgraded' // the new system runs
  | 'normal' // nothing is under way
  | 'waiting' // the new system starts at the next boot
  | 'poisoned' // it is in place, but the next boot will pass it over
  | 'no-fallback' // it is in place, and nobody would come back if it does not start
  | 'fell-back' // it was tried and failed, the old one runs
  | 'on-passive' // the old one runs because somebody chose it
  | 'not-confirmed' // the new one runs and was not marked as good yet
  | 'interrupted' // an upgrade was begun and not finished
  | 'running' // an upgrade is being made right now
  | 'recovery' // neither of the two systems runs
  | 'unknown';

export interface Rule {
  /** As docs/upgrade-state.md numbers it. */
  number: string;
  verdict: UpgradeVerdict;
  fits(facts: UpgradeFacts): boolean;
  /** What that means, in a sentence or two. */
  says(facts: UpgradeFacts): string;
  /** What to do, as sentences; commands stand by themselves. */
  next: readonly string[];
}

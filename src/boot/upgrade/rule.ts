/** What a rule is that turns facts about an upgrade into a verdict. */
import type { Scheme, UpgradeFacts } from './facts';

/** The state of a machine's upgrade. `upgradeExitStatus` in `upgrade-report.ts` gives the exit status of each. */
export type UpgradeVerdict =
  | 'upgraded' // the new system runs
  | 'normal' // no upgrade is in progress
  | 'waiting' // the new system starts at the next boot
  | 'poisoned' // the new system is installed, but the next boot will skip it
  | 'no-fallback' // the new system is installed, and there is no fallback if it does not start
  | 'fell-back' // the new system failed, and the old one runs
  | 'on-passive' // the old system runs because a person chose it
  | 'not-confirmed' // the new system runs and is not marked as good yet
  | 'interrupted' // an upgrade was started and not finished
  | 'running' // an upgrade runs now
  | 'recovery' // neither of the two systems runs
  | 'unknown';

export interface Rule {
  /** Number in docs/upgrade-state.md. */
  number: string;
  verdict: UpgradeVerdict;
  matches(facts: UpgradeFacts): boolean;
  /** What the verdict means, in a sentence or two. */
  message(facts: UpgradeFacts): string;
  /** What to do: sentences and commands, one each. */
  next: readonly string[];
}

/** Makes rules that match one scheme only. */
export const rulesFor =
  (scheme: Scheme) =>
  (
    number: string,
    verdict: UpgradeVerdict,
    matches: (facts: UpgradeFacts) => boolean,
    message: string | ((facts: UpgradeFacts) => string),
    ...next: readonly string[]
  ): Rule => ({
    number,
    verdict,
    matches: (facts) => facts.scheme === scheme && matches(facts),
    message: typeof message === 'string' ? () => message : message,
    next,
  });

/** The rules that turn facts into a verdict. They are tried in order, and the first match applies; see docs/upgrade-state.md. */
import type { UpgradeFacts } from './facts';
import type { Rule } from './rule';
import { elementalRules } from './rules-elemental';
import { otherRules } from './rules-other';

const noRule: Rule = {
  number: '0',
  verdict: 'unknown',
  matches: () => true,
  message: ({ scheme, mode }) =>
    scheme === null
      ? 'No file shows how this machine keeps two systems.'
      : mode === null && scheme.startsWith('elemental')
        ? 'It is unknown which of the two systems runs: there is no command line and no sentinel file.'
        : 'The facts match none of the known states.',
  next: ['Run extcheck on the machine itself, or on a copy that contains proc/cmdline, proc/stat and run/.'],
};

export const allRules: readonly Rule[] = [...elementalRules, ...otherRules, noRule];

export const ruleFor = (facts: UpgradeFacts): Rule => allRules.find((rule) => rule.matches(facts))!;

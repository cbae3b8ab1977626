/** The rules that turn facts into a verdict. They are tried in order, the first that fits wins; docs/upgrade-state.md lists them. */
import type { UpgradeFacts } from './facts';
import type { Rule } from './rule';
import { elementalRules } from './rules-elemental';
import { otherRules } from './rules-other';

const noRule: Rule = {
  number: '0',
  verdict: 'unknown',
  fits: () => true,
  says: ({ scheme, mode }) =>
    scheme === null
      ? 'Nothing here shows how this machine keeps two systems.'
      : mode === null && scheme.startsWith('elemental')
        ? 'Which of the two systems runs cannot be seen: there is no command line and no sentinel file.'
        : 'What was found fits none of the known states.',
  next: ['Run it on the machine itself, or on a copy that has proc/cmdline, proc/stat and run/ in it.'],
};

/** The first rule that fits. */
export const ruleFor = (facts: UpgradeFacts): Rule =>
  [...elementalRules, ...otherRules].find((rule) => rule.fits(facts)) ?? noRule;

/** All rules in their order, for documentation and tests. */
export const allRules: readonly Rule[] = [...elementalRules, ...otherRules, noRule];

/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

/** The data of every finding of a policy. */
export interface PolicyData {
  /** Place of the rule in the policy's file, such as `paths[3]`. */
  rule: string;
  /** What is wrong, as a clause. */
  what: string;
  /** The reason that the author of the rule gave; '' for none. */
  reason: string;
}

const say = ({ rule, what, reason }: PolicyData): string => `${what} (${rule}${reason === '' ? '' : `: ${reason}`})`;

export const texts = {
  'policy-path-missing': say,
  'policy-path-forbidden': say,
  'policy-type-wrong': say,
  'policy-permissions-wrong': say,
  'policy-content-wrong': say,
  'policy-filesystem-wrong': say,
  'policy-rule-warning': say,
  'policy-rule-note': say,
} satisfies Sentences;

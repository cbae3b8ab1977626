/** What `--explain` prints: the general explanation of a problem, without an image. */

import { formatCode } from '../problem/collector';
import type { Catalogue, DescribedProblem } from '../problem/define';
import { type Severity, severities } from '../problem/finding';
import { entryOf } from './message';
import { nearest } from './nearest';
import uncovered from './uncovered-codes.json';
import { counted, versionsOf } from './words';
import { wrap } from './wrap';

/** The meaning of a severity for a read-only mount and a boot from the image. */
export const severityMeanings: Readonly<Record<Severity, string>> = {
  fatal: 'the file system cannot be mounted, or cannot be checked any further.',
  error: 'files or directories are unreadable, missing, wrong, or share their blocks.',
  warning: 'wrong, but everything can be read today; often a sign of lost writes.',
  info: 'a note, such as wrong free counts after a shutdown without unmounting; nothing is lost.',
};

/**
 * The codes of e2fsck without a problem, by the reason:
 * - `not a finding`: logged, but not a problem;
 * - `reported as its cause`: e2fsck aborts with it after a problem that has an entry;
 * - `not reachable`: `e2fsck -fn` logs it for no image.
 */
export interface UncoveredCodes {
  state: string;
  /** One or two sentences that apply to all of the codes. */
  why: string;
  /** The meaning of each code, in ascending order. */
  codes: Readonly<Partial<Record<string, string>>>;
}

export const uncoveredCodes: readonly UncoveredCodes[] = uncovered;

/** A text to print; with `found: false` it suggests what was probably meant. */
export interface Explanation {
  found: boolean;
  text: string;
}

/**
 * Explains a problem by its id or by one of e2fsck's codes (`0x010005`, in any case, leading zeros optional), including
 * codes without a problem; `list` gives a line for each problem. Text of at most `width` columns that ends with a newline.
 */
export function explainProblem(wanted: string, catalogue: Catalogue, width = 80): Explanation {
  if (wanted === 'list') return { found: true, text: listProblems(catalogue, width) };
  const name = wanted.trim().toLowerCase();
  const entry = entryOf(name, catalogue);
  if (entry !== undefined) return { found: true, text: explainEntry(entry, width) };
  if (/^0x[0-9a-f]{1,8}$/.test(name)) return explainCode(Number(name), catalogue, width);
  return { found: false, text: unknownId(wanted, catalogue, width) };
}

function explainEntry(entry: DescribedProblem, width: number): string {
  const lines = [
    entry.id,
    ...wrap(entry.title, width),
    '',
    ...wrap(`${entry.severity}: ${severityMeanings[entry.severity]}`, width, '', '  '),
    '',
    ...wrap(entry.explain, width),
    '',
    ...wrap(codesLine(entry), width, '', '  '),
  ];
  return `${lines.join('\n')}\n`;
}

function codesLine(entry: DescribedProblem): string {
  if (entry.e2fsck.length === 0) return 'e2fsck does not check this.';
  const codes = entry.e2fsck.map((code) => versionsOf(entry, code) + formatCode(code));
  return `e2fsck ${codes.length === 1 ? 'code' : 'codes'}: ${codes.join(', ')}`;
}

function explainCode(code: number, catalogue: Catalogue, width: number): Explanation {
  const entries = sorted(catalogue).filter((entry) => entry.e2fsck.includes(code));
  if (entries.length > 0) return { found: true, text: entries.map((entry) => explainEntry(entry, width)).join('\n') };
  const known = uncoveredCodes.find(({ codes }) => Object.hasOwn(codes, formatCode(code)));
  if (known === undefined) {
    const text = `extcheck does not know the e2fsck code ${formatCode(code)}: no problem has it, and no known version of e2fsck logs it.`;
    return { found: false, text: `${wrap(text, width).join('\n')}\n` };
  }
  const lines = [
    formatCode(code),
    ...wrap(`In e2fsck: ${known.codes[formatCode(code)]}`, width),
    '',
    ...wrap(`${known.state}: ${known.why}`, width, '', '  '),
  ];
  return { found: true, text: `${lines.join('\n')}\n` };
}

function unknownId(wanted: string, catalogue: Catalogue, width: number): string {
  const close = nearest(wanted, Object.keys(catalogue), 5);
  const lines = wrap(`Unknown problem '${wanted}'.`, width);
  if (close.length > 0) lines.push('Did you mean:', ...close.map((id) => `  ${id}`));
  lines.push(...wrap('--explain list shows all problems.', width));
  return `${lines.join('\n')}\n`;
}

function listProblems(catalogue: Catalogue, width: number): string {
  const entries = sorted(catalogue);
  const lines: string[] = [];
  for (const severity of [...severities].reverse()) {
    const group = entries.filter((entry) => entry.severity === severity);
    if (group.length === 0) continue;
    lines.push(...wrap(`${severity}: ${severityMeanings[severity]}`, width, '', '  '));
    for (const { id, title } of group) {
      const beside = `  ${id}  ${title}`;
      if (beside.length <= width) lines.push(beside);
      else lines.push(`  ${id}`, ...wrap(title, width, '      '));
    }
    lines.push('');
  }
  lines.push(counted(entries.length, 'problem'));
  return `${lines.join('\n')}\n`;
}

const sorted = (catalogue: Catalogue): DescribedProblem[] =>
  Object.values(catalogue).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

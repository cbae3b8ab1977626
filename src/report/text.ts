/** The text report: verdict first, then cause, paths, findings, the image, and what to do next. */

import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { coverageSection, imageSection } from './about';
import { findingSections } from './findings';

import { nextSteps } from './next-steps';
import { Paper } from './paper';
import { affectedSection, requiredSection } from './paths';
import { printable } from './printable';
import { type Style, styles } from './style';
import { type Tone, verdictLine } from './verdict';
import { stopped } from './words';

/** How `renderText` prints. */
export interface TextOptions {
  /** Problems by id; sentences are made from it. Without it findings show their bare data. */
  catalogue?: Catalogue;
  /** The severity from which on the image fails; default `warning`. The verdict line follows it. */
  threshold?: Severity;
  /** ANSI colours; default false. */
  color?: boolean;
  /** Columns; default 80. Only a single long word, such as a path, or a command goes beyond. */
  width?: number;
  /** Everything: all paths, all findings with their data, bytes and codes. */
  verbose?: boolean;
  /** The verdict line only, on one line however long. */
  quiet?: boolean;
}

/** The report as text that ends with a newline. A pure function of its arguments; free of control characters other than its own colours. */
export function renderText(report: CheckReport, options: TextOptions = {}): string {
  const { catalogue = {}, threshold = 'warning', color = false, width = 80, verbose = false, quiet = false } = options;
  const style = styles(color);
  const verdict = verdictLine(report, threshold);
  const tone = toneOf(style, verdict.tone);
  if (quiet) return `${tone(verdict.text)}\n`;
  const paper = new Paper(Math.max(40, width), verbose, style, catalogue);
  const blocks = [
    paper.wrapped(verdict.text, '').map(tone),
    cause(report, paper),
    affectedSection(report, paper),
    requiredSection(report, paper),
    ...findingSections(report, paper),
    imageSection(report, paper),
    coverageSection(report, paper),
    nextSteps(report, threshold, paper),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function cause(report: CheckReport, paper: Paper): string[] {
  return report.diagnosis.flatMap((sentence) => paper.wrapped(stopped(printable(sentence)), '  '));
}

function toneOf(style: Style, tone: Tone): (text: string) => string {
  return style[tone];
}

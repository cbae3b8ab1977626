/** The text report: verdict first, then cause, paths, findings, the image, and what to do next. */

import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { baselineSection, coverageSection, imageSection } from './about';
import { findingSections } from './findings';

import { nextSteps } from './next-steps';
import { affectedSection, requiredSection } from './paths';
import { printable } from './printable';
import { type Style, styles } from './style';
import { TextLayout } from './text-layout';
import { quietLine, type Tone, verdictLine } from './verdict';
import { listed, stopped } from './words';

/** How `renderText` prints. */
export interface TextOptions {
  /** Problems by id, with their sentences. Without it findings show only their data. */
  catalogue?: Catalogue;
  /** The lowest severity that fails the image; default `warning`. The verdict line uses it. */
  threshold?: Severity;
  /** ANSI colours; default false. */
  color?: boolean;
  /** Columns; default 80. Only a command or a single long word, such as a path, exceeds it. */
  width?: number;
  /** Shows all paths, and all findings with their data, bytes and codes. */
  verbose?: boolean;
  /** Only the verdict, on one line. */
  quiet?: boolean;
}

/** The report as text that ends with a newline. A pure function; the only control characters are its own colours. */
export function renderText(report: CheckReport, options: TextOptions = {}): string {
  const { catalogue = {}, threshold = 'warning', color = false, width = 80, verbose = false, quiet = false } = options;
  const style = styles(color);
  const verdict = verdictLine(report, threshold);
  const tone = toneOf(style, verdict.tone);
  if (quiet) return `${tone(quietLine(report, threshold).text)}\n`;
  const layout = new TextLayout(Math.max(40, width), verbose, style, catalogue);
  const blocks = [
    layout.wrapped(verdict.text, '').map(tone),
    cause(report, layout),
    mountNote(report, layout),
    affectedSection(report, layout),
    requiredSection(report, layout),
    ...findingSections(report, layout),
    baselineSection(report, layout),
    imageSection(report, layout),
    coverageSection(report, layout),
    nextSteps(report, layout),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** That the image may change during the check; nothing if it is only mounted read-only. */
function mountNote({ mounted = [] }: CheckReport, layout: TextLayout): string[] {
  const writable = mounted.filter(({ readOnly }) => !readOnly).map(({ mountPoint }) => printable(mountPoint));
  if (writable.length === 0) return [];
  const note = `The image is mounted on ${listed(writable)} and can be written to during the check. Findings may come from changes that were not complete. Unmount it, or mount it read-only, for a reliable result.`;
  return layout.wrapped(note, '  ');
}

function cause(report: CheckReport, layout: TextLayout): string[] {
  return report.causes.flatMap((one) => layout.wrapped(stopped(printable(one.text)), '  '));
}

function toneOf(style: Style, tone: Tone): (text: string) => string {
  return style[tone];
}

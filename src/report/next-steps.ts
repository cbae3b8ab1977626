/** The end of a report: what to do next, with commands to copy. */
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { exitStatus } from './exit-status';
import { printable } from './printable';
import type { TextLayout } from './text-layout';

/** Numbered steps; empty for an image that passes. */
export function nextSteps(report: CheckReport, threshold: Severity, layout: TextLayout): string[] {
  const { steps } = report;
  if (steps.length === 0 || exitStatus(report, threshold) === 0) return [];
  const lines = [layout.heading('What to do')];
  steps.forEach(({ text, commands }, i) => {
    const number = steps.length === 1 ? '' : `${i + 1}. `;
    lines.push(...layout.wrapped(printable(text), `  ${number}`, `  ${' '.repeat(number.length)}`));
    for (const command of commands) lines.push(`     ${printable(command)}`);
  });
  return lines;
}

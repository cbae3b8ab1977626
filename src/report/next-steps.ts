/** The end of a report: what to do next, with commands to copy. */
import type { CheckReport } from '../problem/report';
import { printable } from './printable';
import type { TextLayout } from './text-layout';

/** Numbered steps; empty without any. */
export function nextSteps({ steps }: CheckReport, layout: TextLayout): string[] {
  if (steps.length === 0) return [];
  const lines = [layout.heading('What to do')];
  steps.forEach(({ text, commands }, i) => {
    const number = steps.length === 1 ? '' : `${i + 1}. `;
    lines.push(...layout.wrapped(printable(text), `  ${number}`, `  ${' '.repeat(number.length)}`));
    for (const command of commands) lines.push(`     ${printable(command)}`);
  });
  return lines;
}

/** The boot report as text: the verdict, each step with what the console shows, warnings and notes. */
import { printable } from '../report/printable';
import { commandWithOffset, startSteps } from '../report/start-steps';
import { styles } from '../report/style';
import { columns, wrap } from '../report/wrap';
import type { BootReport, BootStep, BootVerdict } from './boot-report';

export interface BootTextOptions {
  /** Columns; default 80. */
  width?: number;
  /** Use ANSI colours. Default false. */
  color?: boolean;
  /** The verdict line only. */
  quiet?: boolean;
}

const verdicts: Readonly<Record<BootVerdict, (name: string, report: BootReport) => string>> = {
  boots: (name) => `${name} will boot: every step of the boot path works`,
  doubtful: (name) => `${name} will probably boot; read the warnings`,
  fails: (name, { steps }) => {
    const first = steps.find(({ ok }) => !ok);
    const why = first === undefined ? 'a step of the boot path fails' : printable(first.message).replace(/\.$/, '');
    return `DO NOT BOOT FROM ${name}: ${why}`;
  },
  unknown: (name, { notChecked }) =>
    `${name}: the boot path could not be checked: ${printable(notChecked[0]?.why ?? 'unknown reason')}`,
};

/** The report for people; everything from the image is made printable. Ends with a newline. */
export function renderBoot(report: BootReport, options: BootTextOptions = {}): string {
  const { width = 80, color = false, quiet = false } = options;
  const style = styles(color);
  const paint = report.verdict === 'boots' ? style.good : report.verdict === 'doubtful' ? style.doubtful : style.bad;
  const name = report.image === undefined ? 'this image' : printable(report.image);
  const lines = wrap(verdicts[report.verdict](name, report), width).map(paint);
  if (quiet) return `${lines.join('\n')}\n`;
  const { foundAtStart } = report;
  if (foundAtStart !== undefined) {
    for (const { say, run } of startSteps(foundAtStart, report.image, commandWithOffset('extcheck boot')))
      lines.push('', ...wrap(say, width), ...run.map((command) => `  ${command}`));
    return `${lines.join('\n')}\n`;
  }
  lines.push('', style.bold(`Boot path (${printable(report.profile)})`));
  for (const step of report.steps)
    lines.push(...stepLines(step, width, (text) => (step.ok ? style.good(text) : style.bad(text))));
  const warnings = report.findings.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) {
    lines.push('', style.bold('Warnings'));
    for (const { id, data } of warnings)
      lines.push(...wrap(`${id}: ${printable(Object.values(data ?? {}).join('; '))}`, width, '  ', '    '));
  }
  const notes = [...report.notes, ...report.notChecked.map(({ what, why }) => `Not checked: ${what}: ${why}`)];
  if (notes.length > 0) lines.push('', style.bold('Notes'));
  for (const note of notes) lines.push(...wrap(printable(note), width, '  '));
  const ids = [...new Set(report.findings.map(({ id }) => id))];
  if (ids.length > 0) lines.push('', ...wrap(`For details, run extcheck explain ID: ${ids.join(', ')}`, width));
  return `${lines.join('\n')}\n`;
}

/** One step: its mark, its message, and what the console shows. */
export function stepLines(step: BootStep, width: number, paint = (text: string): string => text): string[] {
  const mark = step.ok ? 'ok  ' : 'FAIL';
  const lines = wrap(printable(step.message), width, `  ${mark} ${step.step.padEnd(11)} `, ' '.repeat(19));
  lines[0] = lines[0]!.replace(mark, paint(mark));
  for (const line of step.console?.split('\n') ?? [])
    if (line !== '') lines.push(...consoleLines(printable(line), width));
  return lines;
}

/** A line of the console as it appears there; a line that is too wide is continued at a space, further indented. */
function consoleLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let margin = `${' '.repeat(19)}| `;
  let rest = text;
  while (columns(margin + rest) > width) {
    const room = [...rest].slice(0, Math.max(1, width + 1 - margin.length)).join('').length;
    const before = rest.lastIndexOf(' ', room - 1);
    const at = before > 0 ? before : rest.indexOf(' ', room);
    if (at < 0) break;
    lines.push(margin + rest.slice(0, at));
    rest = rest.slice(at + 1);
    margin = `${' '.repeat(19)}|   `;
  }
  return [...lines, margin + rest];
}

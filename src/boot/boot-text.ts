/** The report on a boot as text: the verdict, each step with what the console will show, and what should be known. */
import { printable } from '../report/printable';
import { styles } from '../report/style';
import { wrap } from '../report/wrap';
import type { BootReport, BootStep, BootVerdict } from './boot-report';

export interface BootTextOptions {
  /** Columns; 80 when left out. */
  width?: number;
  color?: boolean;
  /** The verdict line only. */
  quiet?: boolean;
}

const verdicts: Readonly<Record<BootVerdict, (name: string, report: BootReport) => string>> = {
  boots: (name) => `${name} will boot: every step of the way works`,
  doubtful: (name) => `${name} will probably boot; read the warnings`,
  fails: (name, { steps }) => {
    const first = steps.find(({ ok }) => !ok);
    return `DO NOT BOOT FROM ${name}: ${first === undefined ? 'a step of the way fails' : printable(first.says).replace(/\.$/, '')}`;
  },
  unknown: (name, { notChecked }) =>
    `${name}: could not be judged: ${printable(notChecked[0]?.why ?? 'the reason is not known')}`,
};

/** The report for people. Everything from the image is made printable. Ends with a newline. */
export function renderBoot(report: BootReport, options: BootTextOptions = {}): string {
  const { width = 80, color = false, quiet = false } = options;
  const style = styles(color);
  const paint = report.verdict === 'boots' ? style.good : report.verdict === 'doubtful' ? style.doubtful : style.bad;
  const name = report.image === undefined ? 'this image' : printable(report.image);
  const lines = wrap(verdicts[report.verdict](name, report), width).map(paint);
  if (quiet) return `${lines.join('\n')}\n`;
  lines.push('', style.bold(`The way of a boot (${printable(report.profile)})`));
  for (const step of report.steps)
    lines.push(...stepLines(step, width, (text) => (step.ok ? style.good(text) : style.bad(text))));
  const warnings = report.findings.filter(({ severity }) => severity === 'warning');
  if (warnings.length > 0) {
    lines.push('', style.bold('Warnings'));
    for (const { id, data } of warnings)
      lines.push(...wrap(`${id}: ${printable(Object.values(data ?? {}).join('; '))}`, width, '  ', '    '));
  }
  if (report.notes.length + report.notChecked.length > 0) {
    lines.push('', style.bold('To be known'));
    for (const note of report.notes) lines.push(...wrap(printable(note), width, '  '));
    for (const { what, why } of report.notChecked)
      lines.push(...wrap(printable(`Not checked: ${what}: ${why}`), width, '  '));
  }
  const ids = [...new Set(report.findings.map(({ id }) => id))];
  if (ids.length > 0) lines.push('', ...wrap(`extcheck explain ID says more: ${ids.join(', ')}`, width));
  return `${lines.join('\n')}\n`;
}

function stepLines(step: BootStep, width: number, paint: (text: string) => string): string[] {
  const mark = step.ok ? 'ok  ' : 'FAIL';
  const lines = wrap(printable(step.says), width, `  ${mark} ${step.step.padEnd(11)} `, ' '.repeat(19));
  lines[0] = lines[0]!.replace(mark, paint(mark));
  for (const line of step.console?.split('\n') ?? [])
    if (line !== '') lines.push(`${' '.repeat(19)}| ${printable(line)}`);
  return lines;
}

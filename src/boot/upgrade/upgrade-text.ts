/** The state of an upgrade as text: the verdict, warnings, what to do, and the facts. */
import { printable } from '../../report/printable';
import { styles } from '../../report/style';
import { wrap } from '../../report/wrap';
import type { UpgradeFacts } from './facts';
import type { UpgradeVerdict } from './rule';
import { statusOfVerdict, type UpgradeReport } from './upgrade-report';

export interface UpgradeTextOptions {
  /** Columns; default 80. */
  width?: number;
  /** Use ANSI colours. Default false. */
  color?: boolean;
  /** The verdict line only. */
  quiet?: boolean;
}

const headings: Readonly<Record<UpgradeVerdict, string>> = {
  upgraded: 'UPGRADED: the new system runs',
  normal: 'NORMAL: no upgrade is in progress',
  waiting: 'WAITING FOR THE REBOOT',
  poisoned: 'DO NOT REBOOT YET: the next boot would skip the new system',
  'no-fallback': 'WAITING FOR THE REBOOT, WITHOUT A FALLBACK',
  'fell-back': 'FELL BACK: the new system failed, the old one runs',
  'on-passive': 'ON PASSIVE: the old system runs',
  'not-confirmed': 'NOT CONFIRMED: the system runs and is not marked as good',
  interrupted: 'INTERRUPTED: an upgrade was started and not finished',
  running: 'AN UPGRADE IS RUNNING',
  recovery: 'RECOVERY: neither of the two systems runs',
  unknown: 'UNKNOWN STATE',
};

const time = (seconds: number | null): string =>
  seconds === null ? 'unknown' : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

function factRows(facts: UpgradeFacts): [string, string][] {
  const rows: [string, string][] = [
    ['scheme', facts.scheme ?? 'unknown'],
    ['running', facts.mode === null ? 'unknown' : `${facts.mode} (${facts.modeFrom})`],
  ];
  if (facts.scheme === 'elemental-1' || facts.scheme === 'elemental-2') {
    rows.push(['upgraded', time(facts.upgraded)], ['booted', time(facts.booted)]);
    if (facts.scheme === 'elemental-1')
      rows.push([
        'assessment',
        `${facts.enabled ? 'enabled' : 'not enabled'}, tentative is ${facts.tentative ? '' : 'not '}set`,
      ]);
  }
  for (const { name, verdict, boots, fault } of facts.images) {
    const bootable = boots === null ? '' : boots ? ', can be booted' : ', cannot be booted';
    rows.push([name, `${verdict ?? 'not checked'}${bootable}${fault === null ? '' : `: ${fault}`}`]);
  }
  if (facts.free !== null)
    rows.push(['free', `${facts.free} bytes; the next upgrade needs ${facts.needed ?? 'an unknown number'}`]);
  return rows;
}

/** The report for people; everything from the machine is made printable. Ends with a newline. */
export function renderUpgrade(report: UpgradeReport, options: UpgradeTextOptions = {}): string {
  const { width = 80, color = false, quiet = false } = options;
  const style = styles(color);
  const status = statusOfVerdict[report.verdict];
  const paint = status === 4 ? style.bad : status === 0 && report.warnings.length === 0 ? style.good : style.doubtful;
  const lines = wrap(headings[report.verdict], width).map(paint);
  if (quiet) return `${lines.join('\n')}\n`;
  lines.push(...wrap(`${printable(report.message)} (rule ${report.rule})`, width));
  if (report.warnings.length > 0) {
    lines.push('', style.bold('Warnings'));
    for (const { message } of report.warnings) lines.push(...wrap(printable(message), width, '  - ', '    '));
  }
  if (report.next.length > 0) {
    lines.push('', style.bold('What to do'));
    // commands stay on one line, so that they can be copied
    for (const text of report.next)
      lines.push(...(/^[a-z0-9-]+ /.test(text) ? [`    ${text}`] : wrap(text, width, '  ')));
  }
  lines.push('', style.bold('Facts'));
  for (const [label, value] of factRows(report.facts))
    lines.push(...wrap(printable(value), width, `  ${label.padEnd(12)} `, ' '.repeat(15)));
  for (const { what, why } of report.notChecked)
    lines.push(...wrap(`Not checked: ${what}: ${printable(why)}.`, width, '  '));
  return `${lines.join('\n')}\n`;
}

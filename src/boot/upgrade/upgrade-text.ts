/** The state of an upgrade as text: the verdict, what to do, warnings, and the facts it rests on. */
import { printable } from '../../report/printable';
import { styles } from '../../report/style';
import { wrap } from '../../report/wrap';
import type { UpgradeFacts } from './facts';
import type { UpgradeVerdict } from './rule';
import { statusOfVerdict, type UpgradeReport } from './upgrade-report';

export interface UpgradeTextOptions {
  /** Columns; 80 when left out. */
  width?: number;
  color?: boolean;
  /** The verdict line only. */
  quiet?: boolean;
}

const headings: Readonly<Record<UpgradeVerdict, string>> = {
  upgraded: 'UPGRADED: the new system runs',
  normal: 'NORMAL: no upgrade is under way',
  waiting: 'WAITING FOR THE REBOOT',
  poisoned: 'DO NOT REBOOT YET: the next boot would pass the new system over',
  'no-fallback': 'WAITING FOR THE REBOOT, WITHOUT A FALLBACK',
  'fell-back': 'FELL BACK: the new system was tried and failed, the old one runs',
  'on-passive': 'ON PASSIVE: the old system runs',
  'not-confirmed': 'NOT CONFIRMED: the system runs and was not marked as good',
  interrupted: 'INTERRUPTED: an upgrade was begun and not finished',
  running: 'AN UPGRADE IS BEING MADE',
  recovery: 'RECOVERY: neither of the two systems runs',
  unknown: 'CANNOT TELL',
};

const time = (seconds: number | null): string =>
  seconds === null ? 'not known' : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

function factRows(facts: UpgradeFacts): [string, string][] {
  const rows: [string, string][] = [
    ['scheme', facts.scheme ?? 'not known'],
    ['runs', facts.mode === null ? 'not known' : `${facts.mode} (${facts.modeFrom})`],
  ];
  if (facts.scheme === 'elemental-1' || facts.scheme === 'elemental-2') {
    rows.push(['upgraded', time(facts.upgraded)], ['booted', time(facts.booted)]);
    if (facts.scheme === 'elemental-1')
      rows.push([
        'assessment',
        `${facts.enabled ? 'armed' : 'not armed'}, ${facts.tentative ? 'tentative is set' : 'tentative is not set'}`,
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
  const paint =
    status === 0
      ? report.warnings.length > 0
        ? style.doubtful
        : style.good
      : status === 4
        ? style.bad
        : style.doubtful;
  const lines = wrap(headings[report.verdict], width).map(paint);
  if (quiet) return `${lines.join('\n')}\n`;
  lines.push(...wrap(`${printable(report.says)} (rule ${report.rule})`, width));
  if (report.warnings.length > 0) {
    lines.push('', style.bold('Warnings'));
    for (const { says } of report.warnings) lines.push(...wrap(printable(says), width, '  - ', '    '));
  }
  if (report.next.length > 0) {
    lines.push('', style.bold('What to do'));
    // commands stay in one line, so that they can be copied
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

/** The part of the text report that lists the findings, grouped by severity and problem. */
import { type Finding, type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { dataOf, detailOf, entryOf, titleOf, whereOf } from './message';
import type { Paper } from './paper';
import { printable } from './printable';
import { counted, digits } from './words';

interface Heading {
  name: (count: number) => string;
  /** How many examples of each problem are shown when there are up to 6, up to 12, or more different problems. */
  examples: readonly [number, number, number];
}

const headings: Readonly<Record<Severity, Heading>> = {
  fatal: { name: (n) => counted(n, 'fatal problem'), examples: [5, 3, 2] },
  error: { name: (n) => counted(n, 'error'), examples: [5, 3, 2] },
  warning: { name: (n) => counted(n, 'warning'), examples: [3, 2, 1] },
  info: { name: (n) => `${counted(n, 'bookkeeping difference')}, harmless`, examples: [2, 1, 1] },
};

/**
 * What tells most about lost writes is read first, whichever pass found it: names without a file behind them, destroyed
 * directories and inode tables, wrong types, what was cut off. All else follows in the order of the check.
 */
const readFirst = [
  'entry-inode-unused',
  'inode-table-block-zero',
  'directory-block-zero',
  'directory-entry-corrupt',
  'directory-hole',
  'entry-type-wrong',
  'directory-unattached',
  'indirect-block-zero',
  'extent-node-zero',
  'block-bitmap-zero',
  'inode-bitmap-zero',
];

const readingRank = (id: string): number => {
  const rank = readFirst.indexOf(id);
  return rank < 0 ? readFirst.length : rank;
};

/** One section for each severity that occurs, worst first. */
export function findingSections(report: CheckReport, paper: Paper): string[][] {
  const byId = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const list = byId.get(finding.id);
    if (list === undefined) byId.set(finding.id, [finding]);
    else list.push(finding);
  }
  for (const id of Object.keys(report.counts)) if (!byId.has(id)) byId.set(id, []);
  const sections: string[][] = [];
  for (const severity of [...severities].reverse()) {
    const ids = [...byId]
      .filter(([id, list]) => severityOf(id, list, paper) === severity)
      .sort((a, b) => readingRank(a[0]) - readingRank(b[0]));
    if (ids.length > 0) sections.push(section(report, severity, ids, paper));
  }
  return sections;
}

/** A problem none of whose findings were kept has the severity of its entry; unknown ones are shown as errors. */
function severityOf(id: string, list: readonly Finding[], paper: Paper): Severity {
  return list[0]?.severity ?? entryOf(id, paper.catalogue)?.severity ?? 'error';
}

function section(report: CheckReport, severity: Severity, ids: [string, Finding[]][], paper: Paper): string[] {
  const { name, examples } = headings[severity];
  const few = examples[ids.length <= 6 ? 0 : ids.length <= 12 ? 1 : 2];
  const lines = [paper.heading(name(report.severityCounts[severity]))];
  for (const [id, list] of ids) {
    const count = report.counts[id] ?? list.length;
    lines.push(...problemHeading(id, count, paper));
    // One more than would be shown is shown too: a line that says "1 more" takes as much room.
    const shown = paper.verbose || list.length <= few + 1 ? list : list.slice(0, few);
    for (const finding of shown) lines.push(...findingLines(finding, paper));
    lines.push(...paper.more(count - shown.length, count > list.length && shown.length === list.length, '    '));
  }
  return lines;
}

function problemHeading(id: string, count: number, paper: Paper): string[] {
  const title = titleOf(id, paper.catalogue);
  const text = count === 1 ? title : `${title} (${digits(count)} times)`;
  const lines = paper.wrapped(text, '  ');
  const label = `[${printable(id)}]`;
  const last = lines[lines.length - 1]!;
  if (last.length + 2 + label.length <= paper.width) lines[lines.length - 1] = `${last}  ${paper.style.dim(label)}`;
  else lines.push(`  ${paper.style.dim(label)}`);
  return lines;
}

function findingLines(finding: Finding, paper: Paper): string[] {
  const where = whereOf(finding);
  const detail = detailOf(finding, paper.catalogue);
  const text = where === '' || detail === '' ? `${where}${detail}` : `${where}: ${detail}`;
  const lines = text === '' ? [] : paper.wrapped(text, '    ', '      ');
  if (paper.verbose) {
    const facts: string[] = [];
    if (finding.e2fsck !== undefined) facts.push(`e2fsck ${finding.e2fsck}`);
    if (finding.bytes !== undefined) facts.push(`${counted(finding.bytes.length, 'byte')} at ${finding.bytes.at}`);
    const data = dataOf(finding);
    if (data !== '') facts.push(data);
    if (facts.length > 0) lines.push(...paper.wrapped(facts.join('; '), '      ', '        ').map(paper.style.dim));
  }
  return lines;
}

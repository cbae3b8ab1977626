/** The part of the text report that lists the findings, grouped by severity and problem. */
import { formatCode } from '../problem/collector';
import type { Catalogue } from '../problem/define';
import { type Finding, type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { dataOf, detailOf, entryOf, titleOf, whereOf } from './message';
import { printable } from './printable';
import { isAboutRequired, structureErrors } from './required';
import type { TextLayout } from './text-layout';
import { counted, digits, versionsOf } from './words';

interface Heading {
  name: (count: number) => string;
  /** How many examples of each problem are shown when there are up to 6, up to 12, or more different problems. */
  examples: readonly [number, number, number];
}

const headings: Readonly<Record<Severity, Heading>> = {
  fatal: { name: (n) => counted(n, 'fatal problem'), examples: [5, 3, 2] },
  error: { name: (n) => counted(n, 'error'), examples: [5, 3, 2] },
  warning: { name: (n) => counted(n, 'warning'), examples: [3, 2, 1] },
  info: { name: (n) => `${counted(n, 'note')}, harmless`, examples: [2, 1, 1] },
};

/**
 * Problems that are the clearest sign of lost writes come first, whichever pass found them: names without an inode,
 * destroyed directories and inode tables, wrong types, unconnected directories. The rest follows in the order of the check.
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

/** The problems of one severity, each with its findings. */
export interface SeveritySection {
  severity: Severity;
  /** `3 errors`. */
  heading: string;
  problems: [id: string, findings: Finding[]][];
}

/** The problems by severity, the worst first, in the order in which to read them. Required paths have their own section. */
export function findingsInOrder(report: CheckReport, catalogue: Catalogue): SeveritySection[] {
  const byId = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const list = byId.get(finding.id);
    if (list === undefined) byId.set(finding.id, [finding]);
    else list.push(finding);
  }
  for (const id of Object.keys(report.counts)) if (!byId.has(id)) byId.set(id, []);
  for (const id of [...byId.keys()]) if (isAboutRequired(id)) byId.delete(id);
  const sections: SeveritySection[] = [];
  for (const severity of [...severities].reverse()) {
    const problems = [...byId]
      .filter(([id, list]) => severityOf(id, list, catalogue) === severity)
      .sort((a, b) => readingRank(a[0]) - readingRank(b[0]));
    const total = severity === 'error' ? structureErrors(report) : report.severityCounts[severity];
    if (problems.length > 0) sections.push({ severity, heading: headings[severity].name(total), problems });
  }
  return sections;
}

export const findingSections = (report: CheckReport, layout: TextLayout): string[][] =>
  findingsInOrder(report, layout.catalogue).map((one) => section(report, one, layout));

/** If no finding of a problem was kept, its severity is that of its entry; unknown problems are shown as errors. */
function severityOf(id: string, list: readonly Finding[], catalogue: Catalogue): Severity {
  return list[0]?.severity ?? entryOf(id, catalogue)?.severity ?? 'error';
}

function section(report: CheckReport, { severity, heading, problems }: SeveritySection, layout: TextLayout): string[] {
  const few = headings[severity].examples[problems.length <= 6 ? 0 : problems.length <= 12 ? 1 : 2];
  const lines = [layout.heading(heading)];
  for (const [id, list] of problems) {
    const count = report.counts[id] ?? list.length;
    lines.push(...problemHeading(id, count, layout));
    // One more example takes no more space than a line with "1 more".
    const shown = layout.verbose || list.length <= few + 1 ? list : list.slice(0, few);
    for (const finding of shown) lines.push(...findingLines(finding, layout));
    lines.push(...layout.more(count - shown.length, count > list.length && shown.length === list.length, '    '));
  }
  return lines;
}

function problemHeading(id: string, count: number, layout: TextLayout): string[] {
  const title = titleOf(id, layout.catalogue);
  const text = count === 1 ? title : `${title} (${digits(count)} times)`;
  const lines = layout.wrapped(text, '  ');
  const label = `[${printable(id)}]`;
  const last = lines[lines.length - 1]!;
  if (last.length + 2 + label.length <= layout.width) lines[lines.length - 1] = `${last}  ${layout.style.dim(label)}`;
  else lines.push(`  ${layout.style.dim(label)}`);
  return lines;
}

/** The code that e2fsck logs for a finding, or that other versions of it log; nothing where none does. */
function loggedAs({ id, e2fsck }: Finding, catalogue: TextLayout['catalogue']): string {
  if (e2fsck !== undefined) return `e2fsck ${e2fsck}`;
  const entry = entryOf(id, catalogue);
  const [code, ...others] = entry?.e2fsck ?? [];
  if (entry === undefined || code === undefined || others.length > 0) return '';
  const versions = versionsOf(entry, code);
  return versions === '' ? '' : `e2fsck ${versions}${formatCode(code)}`;
}

function findingLines(finding: Finding, layout: TextLayout): string[] {
  const where = whereOf(finding);
  const detail = detailOf(finding, layout.catalogue);
  const text = where === '' || detail === '' ? `${where}${detail}` : `${where}: ${detail}`;
  const lines = text === '' ? [] : layout.wrapped(text, '    ', '      ');
  if (layout.verbose) {
    const facts: string[] = [];
    const logged = loggedAs(finding, layout.catalogue);
    if (logged !== '') facts.push(logged);
    const { bytes, fileByte } = finding;
    const inFile = fileByte === undefined ? '' : ` (byte ${fileByte} of the file)`;
    if (bytes !== undefined) facts.push(`${counted(bytes.length, 'byte')} at ${bytes.at}${inFile}`);
    const data = dataOf(finding);
    if (data !== '') facts.push(data);
    if (facts.length > 0) lines.push(...layout.wrapped(facts.join('; '), '      ', '        ').map(layout.style.dim));
  }
  return lines;
}

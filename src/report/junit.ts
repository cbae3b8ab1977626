/** The report as JUnit XML: a test case for each problem, whether it was found, was not found or was not looked for. */

import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport, RequiredResult } from '../problem/report';
import { atLeast } from './exit-status';
import { formatFinding, titleOf } from './message';
import { isAboutRequired } from './required';
import { nameOf, verdictLine } from './verdict';
import { counted } from './words';

/** How `renderJunit` prints. */
export interface JunitOptions {
  catalogue?: Catalogue;
  /** The lowest severity that fails the test case of a problem. Default `warning`. */
  threshold?: Severity;
}

/** Maximum number of findings that are listed for one problem. */
const maxListed = 50;

/** Problems that only an optional check reports: the prefixes of their ids, and the names that the check has in a report. */
const optionalChecks: readonly { prefixes: readonly string[]; names: readonly string[] }[] = [
  { prefixes: ['bmap-'], names: ['bmap'] },
  { prefixes: ['dm-verity-'], names: ['dm-verity'] },
  { prefixes: ['file-all-nul', 'file-nul-', 'file-empty'], names: ['lost writes'] },
  { prefixes: ['manifest-'], names: ['manifest'] },
  { prefixes: ['package-'], names: ['packages'] },
  { prefixes: ['policy-'], names: ['policy'] },
  { prefixes: ['container-'], names: ['container'] },
  { prefixes: ['boot-loader-', 'kernel-refuses-', 'kernel-mounts-', 'e2fsck-'], names: ['readers', 'boot'] },
  { prefixes: ['boot-', 'kernel-', 'initramfs-', 'init-', 'os-release-'], names: ['boot'] },
];

/** The names of the optional checks that report a problem; none if every check of an image looks for it. */
export const optionalChecksOf = (id: string): readonly string[] =>
  optionalChecks.find(({ prefixes }) => prefixes.some((prefix) => id.startsWith(prefix)))?.names ?? [];

type Outcome = { kind: 'passed' } | { kind: 'failed' | 'skipped' | 'noted'; message: string; text: string };

interface Case {
  name: string;
  group: string;
  outcome: Outcome;
}

/** One suite for each image. Text that ends with a newline. */
export function renderJunit(reports: readonly CheckReport[], options: JunitOptions = {}): string {
  const { catalogue = {}, threshold = 'warning' } = options;
  const suites = reports.map((report) => ({ report, cases: casesOf(report, catalogue, threshold) }));
  const every = suites.flatMap(({ cases }) => cases);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="extcheck" ${totals(every)}>`];
  for (const { report, cases } of suites) {
    lines.push(`  <testsuite name="${xml(nameOf(report))}" ${totals(cases)}>`);
    for (const one of cases) lines.push(...caseLines(one));
    lines.push(`    <system-out>${xml(verdictLine(report, threshold).text)}</system-out>`, '  </testsuite>');
  }
  return `${lines.join('\n')}\n</testsuites>\n`;
}

function totals(cases: readonly Case[]): string {
  const count = (kind: Outcome['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="0"`;
}

function casesOf(report: CheckReport, catalogue: Catalogue, threshold: Severity): Case[] {
  const cases: Case[] = [];
  for (const { what, why } of report.notChecked)
    cases.push({ name: `checked: ${what}`, group: 'coverage', outcome: skipped(why) });
  for (const result of report.required)
    cases.push({ name: `required: ${result.path}`, group: 'required', outcome: requiredOutcome(result, report) });
  for (const id of new Set([...Object.keys(catalogue), ...Object.keys(report.counts)])) {
    if (isAboutRequired(id)) continue;
    const [group] = id.split('-', 1) as [string];
    cases.push({
      name: `${id}: ${titleOf(id, catalogue)}`,
      group,
      outcome: outcomeOf(id, report, catalogue, threshold),
    });
  }
  return cases;
}

function requiredOutcome({ state, stoppedAt }: RequiredResult, report: CheckReport): Outcome {
  if (report.filesystem === null) return skipped(whyNothing(report));
  const text = stoppedAt === undefined ? state : `${state} at ${stoppedAt}`;
  return state === 'ok' ? { kind: 'passed' } : { kind: 'failed', message: text, text };
}

const whyNothing = (report: CheckReport): string => report.notChecked[0]?.why ?? 'no file system could be opened';

/** Checks of bytes, with or without a file system. */
const ofBytes: ReadonlySet<string> = new Set(['bmap', 'dm-verity']);

/** Why a problem was not looked for; null if it was. */
function whyNotChecked(id: string, report: CheckReport): string | null {
  const names = optionalChecksOf(id);
  const ran = names.some((name) => report.content?.checks.includes(name) || report.checked.includes(name));
  if (names.length > 0 && !ran) return `the check did not run: ${names[0]}`;
  return report.filesystem === null && !names.some((name) => ofBytes.has(name)) ? whyNothing(report) : null;
}

function outcomeOf(id: string, report: CheckReport, catalogue: Catalogue, threshold: Severity): Outcome {
  const count = report.counts[id];
  if (count === undefined) {
    const why = whyNotChecked(id, report);
    return why === null ? { kind: 'passed' } : skipped(why);
  }
  const findings = report.findings.filter((finding) => finding.id === id);
  const severity = findings[0]?.severity ?? catalogue[id]?.severity ?? 'error';
  const listed = findings.slice(0, maxListed).map((finding) => formatFinding(finding, catalogue));
  if (count > listed.length) listed.push(`and ${counted(count - listed.length, 'more finding')}`);
  const kind = atLeast(severity, threshold) ? 'failed' : 'noted';
  return { kind, message: `${severity}: ${counted(count, 'finding')}`, text: listed.join('\n') };
}

const skipped = (why: string): Outcome => ({ kind: 'skipped', message: why, text: '' });

function caseLines({ name, group, outcome }: Case): string[] {
  const start = `    <testcase name="${xml(name)}" classname="extcheck.${xml(group)}" time="0"`;
  switch (outcome.kind) {
    case 'passed':
      return [`${start}/>`];
    case 'skipped':
      return [`${start}>`, `      <skipped message="${xml(outcome.message)}"/>`, '    </testcase>'];
    case 'noted':
      return [`${start}>`, `      <system-out>${xml(outcome.text)}</system-out>`, '    </testcase>'];
  }
  const failure = `<failure message="${xml(outcome.message)}" type="problem">${xml(outcome.text)}</failure>`;
  return [`${start}>`, `      ${failure}`, '    </testcase>'];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Escaped, and without what XML 1.0 cannot hold at all. */
function xml(text: string): string {
  return text
    .replace(/[&<>"\n\t]/g, (character) => entities[character]!)
    .replace(/[^\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

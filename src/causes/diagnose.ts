/** Adds causes and steps to a report. */
import { severities } from '../problem/finding';
import type { Cause, CheckReport, Step } from '../problem/report';
import { shellWord } from '../report/printable';
import { allCauses } from './all';
import type { CauseEntry } from './cause';
import { Evidence } from './evidence';
import { familyOf } from './families';

/** The causes that hold, the worst first. */
function holding(evidence: Evidence): CauseEntry[] {
  const found = new Set<string>();
  const entries: CauseEntry[] = [];
  for (const entry of allCauses) {
    if (!entry.holds(evidence, found)) continue;
    entries.push(entry);
    found.add(entry.id);
  }
  return entries.sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

function causeOf(entry: CauseEntry, evidence: Evidence): Cause {
  const { id, kind, severity, certainty } = entry;
  return {
    id,
    kind,
    severity,
    certainty,
    headline: entry.headline(evidence),
    text: entry.text(evidence),
    nothingLost: kind === 'sound' || entry.nothingLost?.(evidence) === true,
    ...(entry.refusesRepair !== undefined && { refusesRepair: entry.refusesRepair(evidence) }),
  };
}

/** The finding that is worth an explanation: the first of the worst, and neither a note nor a required path. */
function explanation({ findings, verdict }: CheckReport): Step[] {
  const worst = findings.find(({ severity }) => severity === verdict) ?? findings[0];
  if (worst === undefined || worst.severity === 'info' || familyOf(worst.id) === 'required') return [];
  return [
    {
      text: 'For the explanation of a finding:',
      commands: [`extcheck --explain ${shellWord(worst.id)}`],
      changes: 'nothing',
    },
  ];
}

/** The report with its causes and steps. A pure function of the rest of the report. */
export function withCauses(report: CheckReport): CheckReport {
  const evidence = new Evidence(report);
  const entries = holding(evidence);
  const steps: Step[] = [];
  const known = new Set<string>();
  for (const step of entries.flatMap((entry) => entry.steps(evidence))) {
    const key = step.commands.length > 0 ? step.commands.join('\n') : step.text;
    if (known.has(key)) continue;
    known.add(key);
    steps.push(step);
  }
  return {
    ...report,
    causes: entries.map((entry) => causeOf(entry, evidence)),
    steps: [...steps, ...(steps.length > 0 ? explanation(report) : [])],
  };
}

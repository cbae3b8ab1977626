/** Adds findings of another check, such as those of a block map, to a report. */
import { type Finding, type Severity, severities } from '../problem/finding';
import { type CheckReport, type NotChecked, verdictOf } from '../problem/report';

/** Findings with their counts, which include findings that were not kept. */
export interface Addition {
  checked: string;
  findings: readonly Finding[];
  counts: Readonly<Record<string, number>>;
  severityCounts: Readonly<Record<Severity, number>>;
  notChecked?: readonly NotChecked[];
}

/** The report with the addition's findings after its own, and a verdict on both. */
export function withAddition(report: CheckReport, addition: Addition): CheckReport {
  const counts = { ...report.counts };
  for (const [id, count] of Object.entries(addition.counts)) counts[id] = (counts[id] ?? 0) + count;
  const severityCounts = { ...report.severityCounts };
  for (const severity of severities) severityCounts[severity] += addition.severityCounts[severity];
  const notChecked = [...report.notChecked, ...(addition.notChecked ?? [])];
  return {
    ...report,
    verdict: verdictOf(severityCounts, notChecked),
    checked: [...report.checked, addition.checked],
    notChecked,
    findings: [...report.findings, ...addition.findings],
    counts,
    severityCounts,
  };
}

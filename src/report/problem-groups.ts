/** Groups findings by their problem, for reports with only a few lines. */

import type { Catalogue } from '../problem/define';
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { detailOf, entryOf, titleOf, whereOf } from './message';
import { counted } from './words';

/** One problem of an image, with its number of findings. */
export interface ProblemGroup {
  id: string;
  severity: Severity;
  title: string;
  count: number;
  /** The first findings, as `place: detail`. */
  examples: string[];
}

/** Problems of a report, worst first, then in the order of the check. */
export function groupByProblem(report: CheckReport, catalogue: Catalogue, examples = 3): ProblemGroup[] {
  const groups = Object.entries(report.counts).map(([id, count]): ProblemGroup => {
    const findings = report.findings.filter((finding) => finding.id === id).slice(0, examples);
    const severity = findings[0]?.severity ?? entryOf(id, catalogue)?.severity ?? 'error';
    const said = findings.map((finding) =>
      [whereOf(finding), detailOf(finding, catalogue)].filter((part) => part !== '').join(': '),
    );
    return { id, severity, title: titleOf(id, catalogue), count, examples: said.filter((line) => line !== '') };
  });
  return groups.sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

/** `Inode is bad (3 findings)`. */
export const headingOf = ({ title, count }: ProblemGroup): string =>
  count === 1 ? title : `${title} (${counted(count, 'finding')})`;

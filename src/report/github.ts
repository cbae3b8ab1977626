/** The report as annotations for the log of a step in GitHub Actions. */

import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';

import { printable } from './printable';
import { groupByProblem, headingOf } from './problem-groups';
import { nameOf, verdictLine } from './verdict';
import { counted } from './words';

/** Annotations of each level that GitHub shows for a step. */
export const maxAnnotations = 10;

type Level = 'error' | 'warning' | 'notice';

/** How `renderGithub` prints. */
export interface GithubOptions {
  catalogue?: Catalogue;
  threshold?: Severity;
}

interface Annotation {
  level: Level;
  title: string;
  text: string;
}

/** Workflow commands, one per line: the verdict on each image, then one for each problem, at most ten per level. */
export function renderGithub(reports: readonly CheckReport[], options: GithubOptions = {}): string {
  const { catalogue = {}, threshold = 'warning' } = options;
  const all = [
    ...reports.map((report) => verdictOf(report, threshold)),
    ...reports.flatMap((report) => problemsOf(report, catalogue)),
  ];
  return (['error', 'warning', 'notice'] as const).flatMap((level) => limited(all, level)).join('');
}

function verdictOf(report: CheckReport, threshold: Severity): Annotation {
  const { text, tone } = verdictLine(report, threshold);
  const level = tone === 'bad' ? 'error' : tone === 'doubtful' ? 'warning' : 'notice';
  const gaps = report.notChecked.map(({ what, why }) => `not checked: ${printable(what)}: ${printable(why)}`);
  return {
    level,
    title: 'extcheck',
    text: [text, ...report.causes.map((cause) => printable(cause.text)), ...gaps].join('\n'),
  };
}

const problemsOf = (report: CheckReport, catalogue: Catalogue): Annotation[] =>
  groupByProblem(report, catalogue).map((group) => {
    const { severity, id, count, examples } = group;
    const level = severity === 'info' ? 'notice' : severity === 'warning' ? 'warning' : 'error';
    const more = count > examples.length && examples.length > 0 ? [`and ${count - examples.length} more`] : [];
    const lines = [headingOf(group), ...examples, ...more, `extcheck explain ${id}`];
    return { level, title: `${nameOf(report)}: ${id}`, text: lines.join('\n') };
  });

/** The last annotation of a level has the number of omitted ones. */
function limited(all: readonly Annotation[], level: Level): string[] {
  const own = all.filter((one) => one.level === level);
  if (own.length <= maxAnnotations) return own.map(command);
  const rest = own.length - maxAnnotations + 1;
  const text = `${counted(rest, 'more annotation')} of this level; see the log or another report.`;
  return [...own.slice(0, maxAnnotations - 1).map(command), command({ level, title: 'extcheck', text })];
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const command = ({ level, title, text }: Annotation): string => `::${level} title=${property(title)}::${data(text)}\n`;

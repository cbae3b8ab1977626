/** The report as Markdown, for summaries of pipelines, comments and tickets. */

import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';

import { printable } from './printable';
import { groupByProblem, headingOf } from './problem-groups';
import { isAboutRequired } from './required';
import { type Tone, verdictLine } from './verdict';
import { digits, stopped } from './words';

/** How `renderMarkdown` prints. */
export interface MarkdownOptions {
  catalogue?: Catalogue;
  threshold?: Severity;
  /** Maximum number of paths and problems that are listed for each image. Default 25. */
  most?: number;
}

const signs: Readonly<Record<Tone, string>> = { good: '✅', doubtful: '⚠️', bad: '❌' };

/** One section for each image; ends with a newline. */
export function renderMarkdown(reports: readonly CheckReport[], options: MarkdownOptions = {}): string {
  const { catalogue = {}, threshold = 'warning', most = 25 } = options;
  return `${reports.map((report) => section(report, catalogue, threshold, most).join('\n')).join('\n\n')}\n`;
}

function section(report: CheckReport, catalogue: Catalogue, threshold: Severity, most: number): string[] {
  const { text, tone } = verdictLine(report, threshold);
  const { fatal, error, warning, info } = report.severityCounts;
  const lines = [`### ${signs[tone]} ${escaped(text)}`, ''];
  for (const cause of report.causes) lines.push(escaped(stopped(cause.text)), '');
  const accepted = report.baseline?.accepted ?? 0;
  lines.push('| fatal | error | warning | info | accepted |', '| ---: | ---: | ---: | ---: | ---: |');
  lines.push(`| ${[fatal, error, warning, info, accepted].map(digits).join(' | ')} |`);
  const failed = report.filesystem === null ? [] : report.required.filter(({ state }) => state !== 'ok');
  lines.push(
    ...list(
      'Required paths that failed',
      failed.map(({ path, state }) => `${code(path)} ${state}`),
      most,
    ),
  );
  if (report.causes[0]?.nothingLost !== true) {
    const affected = report.affected.map(({ path, how }) => `${code(path)} ${how}`);
    lines.push(...list('Lost or damaged', affected, most, report.affectedCount));
  }
  const groups = groupByProblem(report, catalogue, 1).filter(({ id }) => !isAboutRequired(id));
  const problems = groups.map((group) => {
    const [example = ''] = group.examples;
    return `**${group.severity}** ${escaped(headingOf(group))} (${code(group.id)})${example === '' ? '' : `: ${escaped(example)}`}`;
  });
  lines.push(...list('Problems', problems, most));
  lines.push(
    ...list(
      'Not checked',
      report.notChecked.map(({ what, why }) => escaped(`${what}: ${why}`)),
      most,
    ),
  );
  lines.push(...steps(report));
  return lines;
}

/** Numbered steps, each command in an item below its step. */
function steps({ steps }: CheckReport): string[] {
  if (steps.length === 0) return [];
  const lines = ['', '**What to do**', ''];
  steps.forEach(({ text, commands }, i) => {
    lines.push(`${i + 1}. ${escaped(text)}`, ...commands.map((command) => `   - ${code(command)}`));
  });
  return lines;
}

function list(heading: string, items: readonly string[], most: number, total = items.length): string[] {
  if (total === 0) return [];
  const lines = ['', `**${heading}**`, '', ...items.slice(0, most).map((item) => `- ${item}`)];
  const shown = Math.min(items.length, most);
  if (total > shown) lines.push(`- … ${digits(total - shown)} more`);
  return lines;
}

/** Text that Markdown and HTML do not interpret. */
const escaped = (text: string): string =>
  printable(text).replace(/[\\`*_{}[\]<>#|~!&@]/g, (character) => `\\${character}`);

/** A code span, with a fence that does not occur in its text. */
function code(text: string): string {
  const safe = printable(text);
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${safe}${fence}` : `${fence} ${safe} ${fence}`;
}

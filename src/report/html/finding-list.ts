/** The findings by severity and problem, each with its explanation, and the form that filters them. */
import { formatCode } from '../../problem/collector';
import type { Catalogue } from '../../problem/define';
import { type Finding, severities } from '../../problem/finding';
import type { CheckReport } from '../../problem/report';
import { severityMeanings } from '../explain';
import { findingsInOrder, type SeveritySection } from '../findings';
import { detailOf, entryOf, titleOf, whereOf } from '../message';
import { counted, digits, stopped } from '../words';
import { html, type Markup, type Part, shortened } from './markup';

/** Number of findings up to which all problems are open at first. */
const fewFindings = 30;

function item(finding: Finding, catalogue: Catalogue): Markup {
  const where = shortened(whereOf(finding), 600);
  const detail = shortened(detailOf(finding, catalogue), 600);
  // the explanation has the code if there is only one
  const codes = entryOf(finding.id, catalogue)?.e2fsck.length ?? 0;
  const code = finding.e2fsck !== undefined && codes !== 1 && html` <span class="dim">e2fsck ${finding.e2fsck}</span>`;
  const place = where === '' ? null : html`<span class="path">${where}</span>`;
  return html`<li>${place}${where !== '' && detail !== '' && ': '}${detail}${code}</li>\n`;
}

function explanation(id: string, catalogue: Catalogue): Part {
  const entry = entryOf(id, catalogue);
  if (entry === undefined) return null;
  const codes = entry.e2fsck.map(formatCode).join(', ');
  const known = codes === '' ? 'e2fsck does not check this.' : `e2fsck: ${codes}.`;
  return html`<p>${stopped(entry.explain)} <span class="dim">${known}</span></p>\n`;
}

/** Keeps the file small: counts the bytes of what is listed. Every problem lists at least one finding. */
class Budget {
  private left: number;

  /** `most` is the number of findings that each problem may list. */
  constructor(
    bytes: number,
    readonly most: number,
  ) {
    this.left = bytes;
  }

  get isOver(): boolean {
    return this.left <= 0;
  }

  take(part: Markup): Markup {
    this.left -= part.text.length;
    return part;
  }
}

/** The number of findings of each problem that fit into `maxBytes`, so that a frequent one leaves room for the others. */
function evenLimit(sections: readonly SeveritySection[], catalogue: Catalogue, maxBytes: number): number {
  const lists = sections.flatMap(({ problems }) => problems.map(([, list]) => list)).filter(({ length }) => length > 0);
  const sizes = lists.map((list) => item(list[0]!, catalogue).text.length);
  const bytes = (limit: number) => lists.reduce((sum, { length }, i) => sum + Math.min(length, limit) * sizes[i]!, 0);
  let low = 0;
  for (let high = lists.reduce((most, { length }) => Math.max(most, length), 0); low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if (bytes(middle) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  return low;
}

function problem(
  id: string,
  list: readonly Finding[],
  severity: string,
  { counts, findings }: CheckReport,
  catalogue: Catalogue,
  budget: Budget,
): Markup {
  const count = counts[id] ?? list.length;
  const shown: Markup[] = [];
  for (const finding of list) {
    if (shown.length > 0 && (budget.isOver || shown.length >= budget.most)) break;
    shown.push(budget.take(item(finding, catalogue)));
  }
  const rest = count - shown.length;
  const isOpen = findings.length <= fewFindings;
  return html`<details class="problem${list.length > 200 && ' long'}" data-severity="${severity}"${isOpen && html` open`}>
<summary><span class="badge ${severity}">${severity}</span> <span>${titleOf(id, catalogue)}</span> <span class="dim">${counted(count, 'finding')}</span> <code class="dim">${id}</code></summary>
${explanation(id, catalogue)}${shown.length > 0 && html`<ol>\n${shown}</ol>\n`}${rest > 0 && html`<p>\u2026 ${digits(rest)} more that are not listed here.</p>\n`}</details>\n`;
}

/** The form is hidden until the script, which it needs, shows it. */
const filter = (sections: readonly { severity: string }[], name: string): Markup => html`<form class="filter" hidden>
<label>Filter by path, number or problem: <input type="search" name="${name}-text" autocomplete="off"></label>
${sections.map(({ severity }) => html`<label><input type="checkbox" value="${severity}" checked> ${severity}</label>\n`)}<output aria-live="polite"></output>
</form>\n`;

/** The section on findings, which lists as many as fit into some bytes, and counts the rest. */
export function findingsSection(report: CheckReport, catalogue: Catalogue, name: string, maxBytes: number): Markup {
  const sections = findingsInOrder(report, catalogue);
  if (sections.length === 0) return html`<p>Nothing was found.</p>\n`;
  const budget = new Budget(maxBytes, evenLimit(sections, catalogue, maxBytes));
  return html`<div>
${filter(sections, name)}${sections.map(
  ({ severity, heading, problems }) =>
    html`<div class="severity">
<h4><span class="${severities.includes(severity) && severity}">${heading}</span></h4>
<p class="dim">${severity}: ${severityMeanings[severity]}</p>
${problems.map(([id, list]) => problem(id, list, severity, report, catalogue, budget))}</div>\n`,
)}</div>\n`;
}

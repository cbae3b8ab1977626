/** The first sections of the HTML report: the verdict with its cause, and what to do. */
import type { Severity } from '../../problem/finding';
import type { CheckReport } from '../../problem/report';
import { verdictLine } from '../verdict';
import { counted, listed, stopped } from '../words';
import { html, type Markup, type Part } from './markup';

const signs = { good: '\u2713', doubtful: '!', bad: '\u2717' };

const certainties = { certain: 'certain', likely: 'probable', possible: 'possible' };

/** Where it is mounted for writing, so that it can change during a check. */
function mountNote({ mounted = [] }: CheckReport): Part {
  const writable = mounted.filter(({ readOnly }) => !readOnly).map(({ mountPoint }) => mountPoint);
  if (writable.length === 0) return null;
  return html`<p><strong>The image is mounted on ${listed(writable)} and can be written to during the check.</strong>
Findings may come from changes that were not complete.</p>`;
}

function countsLine({
  severityCounts: { fatal, error, warning, info },
  affectedCount,
  notChecked,
}: CheckReport): string {
  const parts = [
    ...(fatal > 0 ? [counted(fatal, 'fatal problem')] : []),
    counted(error, 'error'),
    counted(warning, 'warning'),
    counted(info, 'note'),
    `${counted(affectedCount, 'lost or damaged path')}`,
  ];
  if (notChecked.length > 0) parts.push(`${counted(notChecked.length, 'part')} not checked`);
  return parts.join(' \u00b7 ');
}

/** The verdict and its causes. */
export function verdictSection(report: CheckReport, threshold: Severity, id: string): Markup {
  const { text, tone } = verdictLine(report, threshold);
  return html`<header class="verdict ${tone}">
<h2 id="${id}" data-sign="${signs[tone]}">${text}</h2>
<p class="dim">${countsLine(report)}</p>
${report.causes.map(
  ({ headline, text: why, certainty }) =>
    html`<p><strong>Cause (${certainties[certainty]}): ${stopped(headline)}</strong> ${stopped(why)}</p>\n`,
)}${mountNote(report)}</header>\n`;
}

const effects = {
  nothing: null,
  copy: html` <span class="badge info">writes a copy</span>`,
  image: html` <span class="badge error">changes the image</span>`,
};

/** Numbered steps; a click selects a whole command. */
export function stepsSection({ steps }: CheckReport): Markup {
  if (steps.length === 0) return html`<p>Nothing needs to be done.</p>\n`;
  return html`<ol class="steps">
${steps.map(
  ({ text, commands, changes }) =>
    html`<li>${text}${effects[changes]}${commands.map((command) => html`<pre tabindex="0"><code>${command}</code></pre>`)}</li>\n`,
)}</ol>\n`;
}

/** The HTML report: one file without network, which works from a folder and without scripts. */
import type { Catalogue } from '../../problem/define';
import type { Severity } from '../../problem/finding';
import type { CheckReport } from '../../problem/report';
import { nameOf, verdictLine } from '../verdict';
import { counted } from '../words';
import { mapSection } from './block-map';
import { containerSection, coverageSection, factsSection } from './facts';
import { findingsSection } from './finding-list';
import { patterns } from './map-svg';
import { html, type Markup, type Part, raw } from './markup';
import { pathsSection } from './path-tree';
import { script } from './script';
import { style } from './style';
import { stepsSection, verdictSection } from './summary';

/** How `renderHtml` prints. */
export interface HtmlOptions {
  catalogue?: Catalogue;
  /** The lowest severity that fails an image; default `warning`. The verdict uses it. */
  threshold?: Severity;
}

/** Makes the SHA-256 of a text, in Base64, for the policy of the page. */
export type Sha256 = (text: string) => string;

/** Nothing is loaded, and only this style sheet and this script are used, whatever else got into the page. */
const policy = (sha256: Sha256): string =>
  `default-src 'none'; style-src 'sha256-${sha256(style)}'; script-src 'sha256-${sha256(script)}'; base-uri 'none'; form-action 'none'`;

interface Section {
  id: string;
  title: string;
  body: Markup;
}

/** Bytes of one image, and the least that its findings may take: what is left by the other sections is theirs. */
const maxBytes = 4_600_000;
const leastForFindings = 300_000;

function sectionsOf(report: CheckReport, catalogue: Catalogue, name: string, share: number): Section[] {
  const paths = pathsSection(report);
  const map = mapSection(report.layout, catalogue, `${name}-map`);
  const left = (maxBytes - paths.text.length - map.text.length) * share;
  const findings = findingsSection(report, catalogue, name, Math.max(leastForFindings * share, left));
  return [
    { id: 'steps', title: 'What to do', body: stepsSection(report) },
    { id: 'paths', title: 'Lost and damaged paths', body: paths },
    { id: 'map', title: 'Block map', body: map },
    { id: 'findings', title: 'Findings', body: findings },
    { id: 'containers', title: 'Containers', body: containerSection(report) },
    { id: 'facts', title: 'The file system', body: factsSection(report) },
    { id: 'coverage', title: 'What was checked', body: coverageSection(report) },
  ];
}

function reportPart(
  report: CheckReport,
  catalogue: Catalogue,
  threshold: Severity,
  name: string,
  share: number,
): Markup {
  const sections = sectionsOf(report, catalogue, name, share);
  return html`<article class="report" aria-labelledby="${name}">
${verdictSection(report, threshold, name)}<nav aria-label="Sections of ${nameOf(report)}"><ul class="toc">
${sections.map(({ id, title }) => html`<li><a href="#${name}-${id}">${title}</a></li>\n`)}</ul></nav>
${sections.map(
  ({ id, title, body }) => html`<section aria-labelledby="${name}-${id}">
<h3 id="${name}-${id}">${title}</h3>
${body}</section>\n`,
)}</article>\n`;
}

const words = { good: 'good', doubtful: 'warning', bad: 'error' };

/** The list of all images, if there are several. */
function contents(reports: readonly CheckReport[], threshold: Severity): Part {
  if (reports.length < 2) return null;
  return html`<nav aria-label="Images"><p>${counted(reports.length, 'image')}:</p><ol>
${reports.map((report, i) => {
  const { text, tone } = verdictLine(report, threshold);
  return html`<li><a href="#r${i + 1}" class="${words[tone]}">${text}</a></li>\n`;
})}</ol></nav>\n`;
}

/** The document; ends with a newline. */
export function renderHtml(reports: readonly CheckReport[], options: HtmlOptions, sha256: Sha256): string {
  const { catalogue = {}, threshold = 'warning' } = options;
  const share = 1 / Math.max(1, reports.length);
  const title = reports.length === 1 ? verdictLine(reports[0]!, threshold).text : counted(reports.length, 'image');
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy(sha256))}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>extcheck: ${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#r1">Skip to the report</a>
${patterns}<h1>extcheck report</h1>
<main>
${contents(reports, threshold)}${reports.map((report, i) => reportPart(report, catalogue, threshold, `r${i + 1}`, share))}</main>
<script>${raw(script)}</script>
</body>
</html>
`.text;
}

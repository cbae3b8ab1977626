/** The last sections of the HTML report: containers, facts of the file system, what was checked and what was not. */
import type { ContainerStep } from '../../problem/container';
import type { CheckReport } from '../../problem/report';
import { baselineWords, contentWords, imageFacts } from '../about';
import { counted, digits, listed, size, stopped } from '../words';
import { html, type Markup, type Part, shortened } from './markup';

const words: Readonly<Record<'damaged' | 'suspect' | 'remark', string>> = {
  damaged: 'error',
  suspect: 'warning',
  remark: 'info',
};

function step({ format, details, size: bytes, notes, part }: ContainerStep): Markup {
  const place = part?.offset === undefined ? '' : ` at byte ${digits(part.offset)}`;
  return html`<li><strong>${format}</strong>${details !== '' && ` (${details})`} <span class="dim">${size(bytes)}</span>${
    part !== undefined && html`, ${shortened(part.name)} <span class="dim">${size(part.size)}${place}</span>`
  }${
    notes.length > 0 &&
    html`<ul>${notes.map(
      ({ kind, text }) =>
        html`<li><span class="badge ${words[kind] ?? 'info'}">${kind}</span> ${stopped(shortened(text, 1000))}</li>`,
    )}</ul>`
  }</li>\n`;
}

/** The chain from the file to the file system, and what follows that. */
export function containerSection({ container = [], filesystem, followedBy = [], foundAtStart }: CheckReport): Markup {
  const last =
    filesystem === null
      ? null
      : html`<li><strong>${filesystem.type}</strong>${filesystem.label !== '' && ` "${filesystem.label}"`} <span class="dim">${size(filesystem.blocks * filesystem.blockSize)}</span></li>\n`;
  const chain: Part =
    container.length === 0
      ? html`<p>The file system is not in a container: the file holds it as it is.</p>\n`
      : html`<ol class="chain">\n${container.map(step)}${last}</ol>\n`;
  return html`${filesystem === null && container.length === 0 ? null : chain}${foundAtStart !== undefined && html`<p>At the start of the image: ${foundAtStart.what}.</p>\n`}${
    followedBy.length > 0 &&
    html`<h4>After the file system</h4>
<table><thead><tr><th scope="col">what</th><th scope="col" class="num">first byte</th><th scope="col" class="num">size</th></tr></thead><tbody>
${followedBy.slice(0, 100).map(({ what, at, length }) => html`<tr><td>${what}</td><td class="num">${digits(at)}</td><td class="num">${size(length)}</td></tr>\n`)}</tbody></table>\n`
  }`;
}

/** The facts of the superblock, and which mounts work. */
export function factsSection(report: CheckReport): Markup {
  const facts = imageFacts(report);
  if (facts.length === 0) return html`<p>No usable superblock was found.</p>\n`;
  const mounts = Object.entries(report.mountable ?? {}).map(([name, { works, why = '' }]): [string, string] => [
    { readWrite: 'writable mount', readOnly: 'read-only mount', readOnlyDevice: 'on a read-only device' }[name] ?? name,
    works ? 'works' : `does not work: ${why}`,
  ]);
  return html`<table class="facts"><tbody>
${[...facts, ...mounts].map(([label, text]) => html`<tr><th scope="row">${label}</th><td>${shortened(text, 2000)}</td></tr>\n`)}</tbody></table>\n`;
}

/** What was checked, and what was not. */
export function coverageSection(report: CheckReport): Markup {
  const { checked, notChecked, io } = report;
  const gaps = notChecked.slice(0, 1000);
  return html`${
    checked.length > 0 &&
    html`<p><strong>Checked:</strong> ${listed(checked)}; ${contentWords(report)}. ${size(io.bytesRead)} were read in ${counted(io.reads, 'read')}.</p>\n`
  }${baselineWords(report).map((text) => html`<p>${text}</p>\n`)}${
    gaps.length === 0
      ? html`<p>Everything that was asked for was checked.</p>\n`
      : html`<h4>Not checked</h4>
<table><thead><tr><th scope="col">what</th><th scope="col">why</th></tr></thead><tbody>
${gaps.map(({ what, why }) => html`<tr><td>${shortened(what)}</td><td>${shortened(why, 1000)}</td></tr>\n`)}</tbody></table>\n${notChecked.length > gaps.length && html`<p>\u2026 ${digits(notChecked.length - gaps.length)} more</p>\n`}`
  }`;
}

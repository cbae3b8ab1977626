/** The section with the block map: the picture, its legend, and the tables with the same facts. */
import type { Catalogue } from '../../problem/define';
import type { LayoutFacts } from '../../problem/layout';
import { titleOf } from '../message';
import { counted, digits, size } from '../words';
import { mapCells } from './map-cells';
import { legend, mapSvg, markNames, roleNames } from './map-svg';
import { html, type Markup, type Part, shortened } from './markup';

/** Most damaged runs in the table. */
const maxRows = 1000;

function sumsTable({ roles, sums, blockSize, blocks, firstBlock }: LayoutFacts): Markup {
  const all = Math.max(1, blocks - firstBlock);
  return html`<table><thead><tr><th scope="col">blocks that hold</th><th scope="col" class="num">number</th><th scope="col" class="num">size</th><th scope="col" class="num">share</th></tr></thead><tbody>
${roles
  .filter((role) => sums[role] > 0)
  .map(
    (role) =>
      html`<tr><th scope="row">${roleNames[role]}</th><td class="num">${digits(sums[role])}</td><td class="num">${size(sums[role] * blockSize)}</td><td class="num">${((sums[role] / all) * 100).toFixed(1)} %</td></tr>\n`,
  )}</tbody></table>\n`;
}

function marksTable({ marks, markCount, blocksPerGroup, firstBlock }: LayoutFacts, catalogue: Catalogue): Part {
  if (marks.length === 0) return null;
  const shown = marks.slice(0, maxRows).sort((a, b) => a.block - b.block);
  return html`<div class="wide"><table><thead><tr><th scope="col" class="num">first block</th><th scope="col" class="num">blocks</th><th scope="col" class="num">group</th><th scope="col">damage</th><th scope="col">finding</th><th scope="col">whose</th></tr></thead><tbody>
${shown.map(({ block, count, kind, id, path, inode }) => {
  const owner = inode === undefined ? '' : `inode ${inode}`;
  return html`<tr><td class="num">${digits(block)}</td><td class="num">${digits(count)}</td><td class="num">${digits(Math.floor((block - firstBlock) / blocksPerGroup))}</td><td>${markNames[kind]?.letter ?? '?'}: ${markNames[kind]?.name ?? kind}</td><td>${titleOf(id, catalogue)}</td><td class="path">${path === undefined ? owner : `${shortened(path, 200)}${owner === '' ? '' : ` (${owner})`}`}</td></tr>\n`;
})}</tbody></table></div>\n${markCount > shown.length && html`<p>\u2026 ${digits(markCount - shown.length)} more damaged runs</p>\n`}`;
}

const notes = {
  inodes: '',
  roles: ' There are too many runs to keep their inodes.',
  sums: ' There are too many runs to keep their places: each row shows only how much of it holds what.',
};

const zooms = ['1', '2', '4', '8'];

/** The section; a sentence where no layout was gathered. */
export function mapSection(layout: LayoutFacts | undefined, catalogue: Catalogue, id: string): Markup {
  if (layout === undefined)
    return html`<p>The owners of blocks were not gathered: the program does that for --report html, the library with the extension layoutMap().</p>\n`;
  const map = mapCells(layout);
  const per =
    map.groupsPerRow === 1 ? 'Each row is a block group' : `Each row is ${digits(map.groupsPerRow)} block groups`;
  const cell =
    map.blocksPerCell <= 1
      ? ''
      : ` The smallest part that can be seen is ${size(map.blocksPerCell * layout.blockSize)}, and shows what most of it holds.`;
  return html`<div class="zoomed">
<p>${per}, with its number; block numbers grow to the right.${cell}${notes[layout.detail]}${!layout.complete && ' Not all mappings could be followed.'}
${layout.markCount === 0 ? 'No block is damaged.' : `${counted(layout.markCount, 'damaged run')} of blocks; the picture shows damage wider than it is, so that it can be seen.`}</p>
${legend(layout)}<fieldset class="zoom"><legend>Zoom</legend>${zooms.map(
    (zoom) =>
      html`<label><input type="radio" name="${id}-zoom" value="${zoom}"${zoom === '1' && html` checked`}> ${zoom}\u00d7</label>\n`,
  )}</fieldset>
<div class="map" tabindex="0" role="region" aria-label="Block map">
${mapSvg(layout, map, id)}</div>
<details><summary>As a table</summary>
${sumsTable(layout)}${marksTable(layout, catalogue)}</details>
</div>\n`;
}

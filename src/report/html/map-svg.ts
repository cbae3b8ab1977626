/** Draws the block map as SVG, with its legend. */
import { type LayoutFacts, type LayoutMarkKind, type LayoutRole, layoutMarkKinds } from '../../problem/layout';
import { counted, digits, size } from '../words';
import type { MapCells, MarkRun } from './map-cells';
import { escaped, html, type Markup, raw, shortened } from './markup';

export const roleNames: Readonly<Record<LayoutRole, string>> = {
  free: 'free',
  superblock: 'superblocks and descriptors',
  bitmap: 'bitmaps',
  'inode-table': 'inode tables',
  directory: 'directories',
  index: 'directory indexes',
  mapping: 'extent nodes and indirect blocks',
  attributes: 'extended attributes',
  journal: 'journal',
  data: 'file contents',
  reserved: 'reserved',
  unowned: 'in use without an owner',
};

/** Kinds of damage: their letter in the picture, and their meaning. */
export const markNames: Readonly<Record<LayoutMarkKind, { letter: string; name: string }>> = {
  unreadable: { letter: 'U', name: 'cannot be read' },
  zero: { letter: 'Z', name: 'only zeros, which must not be' },
  twice: { letter: '2', name: 'claimed twice' },
  outside: { letter: 'O', name: 'refers to a place outside' },
  invalid: { letter: 'X', name: 'invalid content' },
  checksum: { letter: 'C', name: 'wrong checksum' },
  'marked-free': { letter: 'F', name: 'in use, but marked as free' },
};

/** A pattern for each kind of damage, so that they differ without colour. */
const inks: Readonly<Record<LayoutMarkKind, string>> = {
  unreadable: 'M0 0L6 6M0 6L6 0',
  zero: 'M0 6L6 0',
  twice: 'M0 3H6M3 0V6',
  outside: 'M0 0L6 6',
  invalid: 'M0 3H6',
  checksum: 'M3 0V6',
  'marked-free': 'M3 3h.1',
};

/** The patterns, once for each document. */
export const patterns: Markup = html`<svg class="defs" aria-hidden="true"><defs>${layoutMarkKinds.map(
  (kind) =>
    html`<pattern id="p-${kind}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="p-back" width="6" height="6"/><path class="p-ink" d="${inks[kind]}"/></pattern>`,
)}</defs></svg>\n`;

const labelWidth = 62;
const width = 1000;

/** Height of a row and the space below it: few groups get high rows. */
function rowHeight(rows: number): [row: number, gap: number] {
  if (rows <= 40) return [16, 3];
  return rows <= 160 ? [7, 1] : [3, 0.5];
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Characters of all titles; later ones do without the path. */
const maxTitles = 800_000;

/** Names the blocks, the damage and whose they are. */
function titleOf({ mark, marks }: MarkRun, withPath: boolean): string {
  const { block, count, kind, path, inode } = mark;
  const blocks = count === 1 ? `block ${digits(block)}` : `blocks ${digits(block)} to ${digits(block + count - 1)}`;
  const owner = path !== undefined && withPath ? `, ${shortened(path, 120)}` : '';
  const number = inode !== undefined ? ` (inode ${inode})` : '';
  const more = marks > 1 ? `; ${counted(marks - 1, 'more damaged run')} at the same place` : '';
  return `${blocks}: ${markNames[kind]?.name ?? kind}${owner}${number}${more}`;
}

/** The picture. The roles are one path each, which is a tenth of the size of a rectangle for each run. */
export function mapSvg(layout: LayoutFacts, map: MapCells, id: string): Markup {
  const { rows, cells, groups, groupsPerRow } = map;
  const [high, gap] = rowHeight(rows);
  const scale = width / cells;
  const top = (row: number) => round(row * (high + gap));
  const paths: string[] = layout.roles.map(() => '');
  for (const { row, cell, cells: many, role } of map.roles)
    paths[role] +=
      `M${round(labelWidth + cell * scale)} ${top(row)}h${round(many * scale)}v${high}h-${round(many * scale)}z`;
  let drawn = '';
  layout.roles.forEach((role, i) => {
    if (paths[i] !== '') drawn += `<path class="b-${escaped(role)}" d="${paths[i]}"/>\n`;
  });
  let room = maxTitles;
  for (const run of map.marks) {
    const wide = Math.max(3, run.cells * scale);
    const x = round(Math.min(labelWidth + run.cell * scale, labelWidth + width - wide));
    const { kind } = run.mark;
    const title = escaped(titleOf(run, room > 0));
    room -= title.length;
    drawn += `<g><title>${title}</title><rect class="m m-${escaped(kind)}" x="${x}" y="${top(run.row)}" width="${round(wide)}" height="${high}"/>`;
    if (high >= 12 && wide >= 9)
      drawn += `<text class="letter" x="${round(x + wide / 2)}" y="${top(run.row) + high - 5}">${markNames[kind]?.letter ?? '?'}</text>`;
    drawn += '</g>\n';
  }
  const every = Math.max(1, Math.ceil(12 / (high + gap)));
  for (let row = 0; row < rows; row += every)
    drawn += `<text x="${labelWidth - 6}" y="${round(top(row) + Math.min(high, 12) / 2 + 3.5)}" text-anchor="end">${digits(row * groupsPerRow)}</text>\n`;
  const each = groupsPerRow === 1 ? 'each row is a block group' : `each row is ${digits(groupsPerRow)} block groups`;
  const words = `${counted(groups, 'block group')}, ${each}; ${counted(layout.markCount, 'damaged run')}. The tables below have the same facts.`;
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 -5 ${labelWidth + width + 2} ${round(top(rows) + 7)}">
<title id="${id}-title">Block map</title><desc id="${id}-desc">${words}</desc>
${raw(drawn)}</svg>\n`;
}

const swatch = (name: string): Markup =>
  html`<svg width="18" height="14" aria-hidden="true"><rect class="${name}" x=".5" y=".5" width="17" height="13"/></svg>`;

/** The roles and kinds of damage that occur. */
export function legend({ roles, sums, blockSize, marks }: LayoutFacts): Markup {
  const kinds = layoutMarkKinds.filter((kind) => marks.some((mark) => mark.kind === kind));
  return html`<ul class="legend">
${roles.filter((role) => sums[role] > 0).map((role) => html`<li>${swatch(`b-${role}`)} ${roleNames[role]} <span class="dim">${size(sums[role] * blockSize)}</span></li>\n`)}</ul>
${
  kinds.length > 0 &&
  html`<ul class="legend">
${kinds.map((kind) => html`<li>${swatch(`m m-${kind}`)} <strong>${markNames[kind].letter}</strong> ${markNames[kind].name}</li>\n`)}</ul>\n`
}`;
}

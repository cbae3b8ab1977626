/** Lost and damaged paths as a tree that opens level by level without a script. */
import type { Affected, CheckReport, Harm } from '../../problem/report';
import { harmName, harms, states } from '../paths';
import { counted, digits, size } from '../words';
import { escaped, html, type Markup, type Part, shortened } from './markup';

/** Bytes of all listed paths together; the rest is counted. */
const maxBytes = 1_200_000;
/** Bytes that each of them takes besides its name. */
const markupLength = 100;
/** Levels that are open at first, and the deepest one: names below it stay joined. */
const openLevels = 2;
const maxDepth = 40;

interface Branch {
  /** Harm of this path itself; undefined for a directory that only leads to others. */
  how?: Harm;
  count: number;
  bytes: number;
  byHarm: Map<Harm, number>;
  below: Map<string, Branch>;
}

const branch = (): Branch => ({ count: 0, bytes: 0, byHarm: new Map(), below: new Map() });

/** Bytes that the blocks of each affected path take, where its inode is known. */
function sizesOf({ affected, findings, layout }: CheckReport): Map<string, number> {
  const sizes = new Map<string, number>();
  if (layout === undefined || layout.detail !== 'inodes') return sizes;
  // what is missing has no blocks: findings about it name inodes that others use now
  const paths = new Set(affected.filter(({ how }) => how !== 'missing').map(({ path }) => path));
  const byInode = new Map<number, string>();
  for (const { path, inode } of findings)
    if (path !== undefined && inode !== undefined && paths.has(path)) byInode.set(inode, path);
  const { count, inode } = layout.runs;
  for (let i = 0; i < count.length; i++) {
    const path = inode[i] === 0 ? undefined : byInode.get(inode[i]!);
    if (path !== undefined) sizes.set(path, (sizes.get(path) ?? 0) + count[i]! * layout.blockSize);
  }
  return sizes;
}

function insert(root: Branch, { path, how }: Affected, bytes: number): void {
  let at = root;
  const names = path.split('/').filter((name) => name !== '');
  const add = () => {
    at.count++;
    at.bytes += bytes;
    at.byHarm.set(how, (at.byHarm.get(how) ?? 0) + 1);
  };
  add();
  for (let i = 0; i < names.length; i++) {
    const name = i >= maxDepth ? names.slice(i).join('/') : names[i]!;
    let next = at.below.get(name);
    if (next === undefined) {
      next = branch();
      at.below.set(name, next);
    }
    at = next;
    add();
    if (i >= maxDepth) break;
  }
  at.how = how;
}

const sizeNote = (bytes: number): Part => (bytes > 0 ? html` <span class="dim">${size(bytes)}</span>` : null);

const harmBadge = (how: Harm): Markup =>
  html`<span class="badge harm" title="${harms[how]?.meaning ?? ''}">${harmName(how)}</span>`;

/** `12 paths: 10 missing, 2 damaged`. */
function countNote({ count, byHarm }: Branch): string {
  const parts = [...byHarm].map(([how, n]) => (byHarm.size === 1 ? harmName(how) : `${digits(n)} ${harmName(how)}`));
  return `${counted(count, 'path')}: ${parts.join(', ')}`;
}

/** A directory with one name in it and nothing else is shown with that name, as `usr/lib/modules`. */
function joined(name: string, at: Branch): [string, Branch] {
  let [label, node] = [name, at];
  while (node.how === undefined && node.below.size === 1) {
    const [[next, only]] = node.below as unknown as [[string, Branch]];
    label = `${label}/${next}`;
    node = only;
  }
  return [label, node];
}

function* items(name: string, at: Branch, level: number): Generator<Markup> {
  const [label, node] = joined(name, at);
  const own = node.how === undefined ? null : html`${harmBadge(node.how)} `;
  const text = html`${own}<span class="path">${shortened(label)}</span>`;
  if (node.below.size === 0) {
    yield html`<li>${text}${sizeNote(node.bytes)}</li>\n`;
    return;
  }
  const children: Markup[] = [];
  for (const [below, child] of node.below) children.push(...items(below, child, level + 1));
  yield html`<li><details${level < openLevels ? html` open` : null}><summary>${text} <span class="dim">${countNote(node)}</span>${sizeNote(node.bytes)}</summary><ul>${children}</ul></details></li>\n`;
}

/** Required paths that failed, as a table. */
function requiredTable({ required, filesystem }: CheckReport): Part {
  if (required.length === 0 || filesystem === null) return null;
  const failed = required.filter(({ state }) => state !== 'ok');
  if (failed.length === 0)
    return html`<p>${required.length === 1 ? 'The required path is intact.' : `All ${digits(required.length)} required paths are intact.`}</p>\n`;
  const rows = failed.slice(0, 1000);
  return html`<h4>Required paths: ${digits(failed.length)} of ${digits(required.length)} failed</h4>
<table><thead><tr><th scope="col">state</th><th scope="col">path</th><th scope="col">meaning</th></tr></thead><tbody>
${rows.map(
  ({ path, state, stoppedAt }) =>
    html`<tr><td><span class="badge harm">${states[state]?.short ?? state}</span></td><td class="path">${shortened(path)}</td><td>${states[state]?.meaning ?? ''}${stoppedAt === undefined || stoppedAt === path ? null : html`; lookup stopped at <span class="path">${shortened(stoppedAt)}</span>`}</td></tr>\n`,
)}</tbody></table>\n${failed.length > rows.length && html`<p>\u2026 ${digits(failed.length - rows.length)} more</p>\n`}`;
}

/** The section on required, lost and damaged paths. */
export function pathsSection(report: CheckReport): Markup {
  const { affected, affectedCount } = report;
  const total = Math.max(affectedCount, affected.length);
  if (total === 0) return html`${requiredTable(report)}<p>No path is lost or damaged.</p>\n`;
  const sizes = sizesOf(report);
  const root = branch();
  let bytes = 0;
  let shown = 0;
  for (const one of affected) {
    bytes += escaped(one.path).length + markupLength;
    if (bytes > maxBytes && shown > 0) break;
    insert(root, one, sizes.get(one.path) ?? 0);
    shown++;
  }
  const used = (Object.keys(harms) as Harm[]).filter((how) => root.byHarm.has(how));
  const tops: Markup[] = [];
  if (root.how !== undefined) tops.push(html`<li>${harmBadge(root.how)} <span class="path">/</span></li>\n`);
  for (const [name, child] of root.below) tops.push(...items(`/${name}`, child, 1));
  return html`${requiredTable(report)}${report.causes[0]?.nothingLost === true && html`<p><strong>All of these files can be restored.</strong></p>\n`}<p>${countNote({ ...root, count: total })}. A directory stands for everything that was below it.${sizes.size > 0 && ' Sizes are those of the blocks on disk, where they are known.'}</p>
<ul class="tree">
${tops}</ul>
${total > shown && html`<p>\u2026 ${digits(total - shown)} more paths; the report in JSON lists them with --max-findings.</p>\n`}${used.map((how) => html`<p class="dim"><strong>${harmName(how)}</strong>: ${harms[how].meaning}</p>\n`)}`;
}

/** Makes the sentence for a finding from its data; called only when it is printed. */
import type { Catalogue, DescribedProblem } from '../problem/define';
import { allOnes64, type Finding } from '../problem/finding';
import { printable } from './printable';

/** The entry for an id, if there is one; names that every object has, such as `constructor`, are not ids. */
export function entryOf(id: string, catalogue: Catalogue): DescribedProblem | undefined {
  return Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
}

/** The heading of a problem; for an id that is not in the catalogue, the id in words. */
export function titleOf(id: string, catalogue: Catalogue): string {
  const title = entryOf(id, catalogue)?.title;
  if (typeof title === 'string' && title !== '') return printable(title);
  const words = printable(String(id)).replaceAll('-', ' ').trim();
  return words === '' ? 'Unnamed problem' : words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The details of this finding: the sentence of the catalogue, or the data if there is none; '' without data. */
export function detailOf(finding: Finding, catalogue: Catalogue): string {
  try {
    const said: unknown = entryOf(finding.id, catalogue)?.say(finding.data ?? {});
    if (typeof said === 'string') return printable(said.trim());
  } catch {
    // Data of another version or another program: the data without a sentence is better than nothing.
  }
  return dataOf(finding);
}

/** Named data as `stored 3, expected 4`. */
export function dataOf(finding: Finding): string {
  if (typeof finding.data !== 'object' || finding.data === null) return '';
  return Object.entries(finding.data)
    .map(([name, value]) => `${printable(name)} ${shown(value)}`)
    .join(', ');
}

/** Location of the problem without its path: `inode 12, block 55`. */
export function placeOf(finding: Finding): string {
  const parts: string[] = [];
  if (finding.inode !== undefined) parts.push(`inode ${shown(finding.inode)}`);
  if (finding.directory !== undefined) parts.push(`directory inode ${shown(finding.directory)}`);
  if (finding.group !== undefined) parts.push(`group ${shown(finding.group)}`);
  if (finding.block !== undefined) parts.push(`block ${shown(finding.block)}`);
  return parts.join(', ');
}

/** Location of the problem, path first: `/etc/passwd (inode 12)`; '' if it has none. */
export function whereOf(finding: Finding): string {
  const place = placeOf(finding);
  if (finding.path === undefined) return place;
  const path = printable(String(finding.path));
  return place === '' ? path : `${path} (${place})`;
}

/**
 * The sentence for one finding: problem, details and location. Never throws, whatever the data: an unknown id is turned
 * into words, and data that the entry cannot use is listed. Free of control characters.
 */
export function formatFinding(finding: Finding, catalogue: Catalogue = {}): string {
  const detail = detailOf(finding, catalogue);
  const where = whereOf(finding);
  return `${titleOf(finding.id, catalogue)}${detail === '' ? '' : `: ${detail}`}${where === '' ? '' : ` [${where}]`}`;
}

const longest = 300;

function shown(value: unknown): string {
  let text: string;
  try {
    // a number of 64 bits that are all set is 2^64 in JavaScript
    const exact = typeof value === 'number' && value >= 2 ** 64 && value < 2 ** 65 ? allOnes64 : value;
    text = typeof exact === 'object' ? (JSON.stringify(exact) ?? 'null') : String(exact);
  } catch {
    text = 'unprintable';
  }
  return printable(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

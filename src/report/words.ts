/** Parts of sentences: plurals, grouped digits, sizes, lists, versions. */
import type { ProblemEntry } from '../problem/define';
import { loggedBy } from '../problem/e2fsck-version';

/** A whole number with commas between groups of three digits. */
export function digits(value: number): string {
  if (value < 0) return `-${digits(-value)}`;
  let rest = String(value);
  const groups: string[] = [];
  for (; rest.length > 3; rest = rest.slice(0, -3)) groups.unshift(rest.slice(-3));
  return [rest, ...groups].join(',');
}

/** `1 path`, `14 paths`; `plural` is for irregular nouns. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${digits(count)} ${count === 1 ? noun : plural}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** A size in the largest unit that gives at least 1, with one decimal if necessary: `3 GiB`, `1.5 KiB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0 && value === 1) return '1 byte';
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** The text with a full stop, unless it already ends like a sentence. */
export const stopped = (text: string): string => (/[.!?:\u2026]$/.test(text) ? text : `${text}.`);

/** The versions of e2fsck that log a code, followed by a space; nothing where all do. */
export function versionsOf(entry: ProblemEntry, code: number): string {
  const { since, until } = loggedBy(entry, code);
  if (since !== undefined && until !== undefined) return `${since} to ${until} `;
  if (since !== undefined) return `since ${since} `;
  return until === undefined ? '' : `until ${until} `;
}

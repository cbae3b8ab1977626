/** Parses dpkg's lists: paths of a package, MD5 sums, and diversions. */
import type { Turns } from '../../source/turns';
import { Lines, printable, requireNoNul } from './lines';
import { demand, requireListable } from './package-file';

/** Longest path in a database, in bytes: PATH_MAX of Linux. */
export const maxPath = 4096;
const md5Digits = 32;
const slash = 0x2f;
const dot = 0x2e;

/** The path `bytes[from..to)` as an absolute, printable path, without `./`, `/.` and a trailing slash. */
export function absolutePath(bytes: Uint8Array, from: number, to: number): string {
  let start = from;
  let end = to;
  if (bytes[start] === dot && (bytes[start + 1] === slash || start + 1 === end)) start++;
  while (start < end && bytes[start] === slash) start++;
  if (end - start === 1 && bytes[start] === dot) return '/';
  while (end > start && bytes[end - 1] === slash) end--;
  return `/${printable(bytes, start, end)}`;
}

/** Paths of a package, one per line. @throws DatabaseError, DatabaseLimit */
export async function parseList(bytes: Uint8Array, turns?: Turns): Promise<string[]> {
  requireNoNul(bytes);
  const paths: string[] = [];
  const lines = new Lines(bytes, turns);
  while (await lines.next()) {
    requireListable(lines.number);
    demand(lines.length > 0 && lines.length <= maxPath, `line ${lines.number} is not a path`);
    demand(lines.byte(0) === slash, `line ${lines.number} is not a path`);
    paths.push(absolutePath(bytes, lines.start, lines.end));
  }
  return paths;
}

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66));

/** MD5 by path: `MD5  usr/bin/x`. @throws DatabaseError, DatabaseLimit */
export async function parseMd5sums(bytes: Uint8Array, turns?: Turns): Promise<Map<string, string>> {
  requireNoNul(bytes);
  const sums = new Map<string, string>();
  const lines = new Lines(bytes, turns);
  while (await lines.next()) {
    requireListable(lines.number);
    const wrong = `line ${lines.number} is not an MD5 and a path`;
    for (let i = 0; i < md5Digits; i++) demand(isHex(lines.byte(i)), wrong);
    demand(lines.byte(md5Digits) === 0x20, wrong);
    // a space, or the asterisk of binary mode
    const mark = lines.byte(md5Digits + 1);
    const from = lines.start + md5Digits + (mark === 0x20 || mark === 0x2a ? 2 : 1);
    demand(from < lines.end && lines.end - from <= maxPath, wrong);
    sums.set(absolutePath(bytes, from, lines.end), printable(bytes, lines.start, lines.start + md5Digits));
  }
  return sums;
}

export interface Diversion {
  readonly to: string;
  /** The package whose files are not diverted; `:` for a local diversion, which applies to all packages. */
  readonly by: string;
}

/** Diversions by the path that is diverted: three lines each. @throws DatabaseError, DatabaseLimit */
export async function parseDiversions(bytes: Uint8Array, turns?: Turns): Promise<Map<string, Diversion>> {
  requireNoNul(bytes);
  const diversions = new Map<string, Diversion>();
  const lines = new Lines(bytes, turns);
  while (await lines.next()) {
    requireListable(lines.number);
    const from = lines.text();
    demand(lines.byte(0) === slash && lines.length <= maxPath, `line ${lines.number} is not a path`);
    demand(
      (await lines.next()) && lines.byte(0) === slash && lines.length <= maxPath,
      `line ${lines.number} is not a path`,
    );
    const to = lines.text();
    demand((await lines.next()) && lines.length > 0, `line ${lines.number} names no package`);
    diversions.set(from, { to, by: lines.text() });
  }
  return diversions;
}

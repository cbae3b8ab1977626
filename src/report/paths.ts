/** The parts of the text report about paths: lost and damaged ones, and results for required ones. */
import type { Affected, CheckReport, Harm, RequiredResult } from '../problem/report';
import { printable } from './printable';
import type { TextLayout } from './text-layout';
import { counted, digits } from './words';

export const harms: Readonly<Record<Harm, { short: string; meaning: string }>> = {
  missing: { short: 'missing', meaning: 'the name exists, but its inode does not' },
  unreadable: {
    short: 'unreadable',
    meaning: 'it cannot be opened, and if it is a directory, nothing in it can be reached',
  },
  'partly-lost': { short: 'partly lost', meaning: 'a directory that lost some of its blocks and the names in them' },
  'wrong-type': { short: 'wrong type', meaning: 'its inode has another type than its directory entry' },
  damaged: { short: 'damaged', meaning: 'it can be opened, but its data is lost, truncated or that of another file' },
  'shared-blocks': { short: 'shared', meaning: 'other files or metadata also claim its data blocks' },
};

export const states: Readonly<Record<RequiredResult['state'], { short: string; meaning: string }>> = {
  ok: { short: 'ok', meaning: '' },
  missing: { short: 'missing', meaning: 'there is no such path' },
  unreadable: { short: 'unreadable', meaning: 'the file or a directory of its path is damaged' },
  empty: { short: 'empty', meaning: 'its size is 0' },
  'all-nul': { short: 'all NUL', meaning: 'it has a size, but contains only NUL bytes: its data was never written' },
  'not-a-file': { short: 'not a file', meaning: 'the path exists, but is not a regular file' },
};

export const harmName = (how: Harm): string => harms[how]?.short ?? printable(how);

/** Number of paths that are listed separately before the rest is folded by directory. */
const listedFirst = 20;
/** Maximum number of directories in the folded rest. */
const foldedMost = 15;
/** Number of paths that are listed for a folded directory. */
const foldedNames = 12;
/** Number of paths of one directory that are listed separately before the others are folded. */
const listedPerDirectory = 5;

/** The section on lost and damaged paths; empty if there are none. */
export function affectedSection(report: CheckReport, layout: TextLayout): string[] {
  const { affected, affectedCount } = report;
  if (affectedCount === 0 && affected.length === 0) return [];
  // the first cause says that they can be restored
  if (report.causes[0]?.nothingLost === true && !layout.verbose) return [];
  const lines: string[] = [
    layout.heading(`Lost or damaged: ${counted(Math.max(affectedCount, affected.length), 'path')}`),
  ];
  const [first, rest] = layout.verbose ? [affected, []] : split(affected);
  for (const one of first) lines.push(layout.row(harmName(one.how), printable(one.path)));
  let shown = first.length;
  for (const group of fold(rest)) {
    lines.push(...foldedRows(group, layout));
    shown += group.count;
  }
  lines.push(...layout.more(affectedCount - shown, affectedCount > affected.length));
  const used = (Object.keys(harms) as Harm[]).filter((how) => affected.some((one) => one.how === how));
  return [...lines, ...layout.legend(used.map((how) => [harms[how].short, harms[how].meaning]))];
}

/** The paths to list separately, and those to fold: a short list is not folded, a long one lists a few per directory. */
function split(affected: readonly Affected[]): [Affected[], Affected[]] {
  if (affected.length <= listedFirst + 4) return [[...affected], []];
  const named: Affected[] = [];
  const rest: Affected[] = [];
  const perDirectory = new Map<string, number>();
  for (const one of affected) {
    const directory = one.path.slice(0, one.path.lastIndexOf('/'));
    const count = perDirectory.get(directory) ?? 0;
    if (named.length >= listedFirst || count >= listedPerDirectory) {
      rest.push(one);
    } else {
      perDirectory.set(directory, count + 1);
      named.push(one);
    }
  }
  return [named, rest];
}

export interface Fold {
  /** The directory, or the path if there is only one. */
  path: string;
  count: number;
  /** The first paths, relative to the directory. */
  names: readonly string[];
  /** Number of paths for each harm, in the order of first appearance. */
  how: ReadonlyMap<Harm, number>;
}

/**
 * Paths counted by their directory. Directories are shortened to the greatest depth that gives at most `most` of them, so
 * that a scattered list stays short and a local one stays exact. Keeps the order of first appearance.
 */
export function fold(affected: readonly Affected[], most = foldedMost): Fold[] {
  const parts = affected.map(({ path }) => path.split('/').filter((part) => part !== ''));
  const deepest = parts.reduce((depth, one) => Math.max(depth, one.length - 1), 0);
  let best = new Map<string, Affected[]>();
  for (let depth = 0; depth <= deepest; depth++) {
    const groups = new Map<string, Affected[]>();
    affected.forEach((one, i) => {
      const directory = `/${parts[i]!.slice(0, Math.min(depth, parts[i]!.length - 1)).join('/')}`;
      const group = groups.get(directory);
      if (group === undefined) groups.set(directory, [one]);
      else group.push(one);
    });
    if (depth > 0 && groups.size > most) break;
    best = groups;
  }
  return [...best].map(([directory, group]) => {
    const how = new Map<Harm, number>();
    for (const one of group) how.set(one.how, (how.get(one.how) ?? 0) + 1);
    const below = directory === '/' ? 1 : directory.length + 1;
    const names = group.slice(0, foldedNames).map(({ path }) => path.slice(below));
    return { path: group.length === 1 ? group[0]!.path : directory, count: group.length, names, how };
  });
}

function foldedRows(group: Fold, layout: TextLayout): string[] {
  const [harm] = group.how.keys();
  if (group.count === 1) return [layout.row(harmName(harm!), printable(group.path))];
  const below = group.path === '/' ? '/…' : `${printable(group.path)}/…`;
  const split = [...group.how].map(([how, count]) =>
    group.how.size === 1 ? harmName(how) : `${digits(count)} ${harmName(how)}`,
  );
  const left = group.count - group.names.length;
  const names = group.names.map(printable).join(', ') + (left > 0 ? ` and ${digits(left)} more` : '');
  return [
    layout.row(counted(group.count, 'path'), `${below}  (${split.join(', ')})`),
    ...layout.field('', names).map(layout.style.dim),
  ];
}

/**
 * The section on required paths: failed ones always, intact ones only if verbose; empty if none are required, or if there is
 * no file system in which they could be looked up.
 */
export function requiredSection(report: CheckReport, layout: TextLayout): string[] {
  const { required } = report;
  if (required.length === 0 || report.filesystem === null) return [];
  const failed = required.filter((one) => one.state !== 'ok');
  if (failed.length === 0 && !layout.verbose) return [];
  const lines: string[] = [
    layout.heading(
      failed.length === 0
        ? `Required paths: all ${digits(required.length)} are intact`
        : `Required paths: ${digits(failed.length)} of ${digits(required.length)} failed`,
    ),
  ];
  const shown = layout.verbose ? required : failed.slice(0, 50);
  for (const one of shown) {
    const broken =
      one.stoppedAt === undefined || one.stoppedAt === one.path
        ? ''
        : `  (lookup stopped at ${printable(one.stoppedAt)})`;
    lines.push(layout.row(states[one.state]?.short ?? printable(one.state), `${printable(one.path)}${broken}`));
  }
  if (!layout.verbose) lines.push(...layout.more(failed.length - shown.length, false));
  const used = (Object.keys(states) as RequiredResult['state'][]).filter(
    (state) => state !== 'ok' && failed.some((one) => one.state === state),
  );
  return [...lines, ...layout.legend(used.map((state) => [states[state].short, states[state].meaning]))];
}

/** The parts of the text report about paths: which are lost or damaged, and what became of the required ones. */
import type { Affected, CheckReport, Harm, RequiredResult } from '../problem/report';
import type { Paper } from './paper';
import { printable } from './printable';
import { counted, digits } from './words';

const harms: Readonly<Record<Harm, { short: string; meaning: string }>> = {
  missing: { short: 'gone', meaning: 'the name is still there, the file behind it is not' },
  unreadable: {
    short: 'unreadable',
    meaning: 'its inode or its directory blocks are destroyed, with all that was below it',
  },
  'partly-lost': { short: 'partly lost', meaning: 'a directory that lost some of its blocks, and the names in them' },
  'wrong-type': { short: 'wrong type', meaning: 'it is now another kind of file than its name was made for' },
  damaged: { short: 'content', meaning: 'it opens, but its data is lost, cut off or not its own' },
  'shared-blocks': { short: 'shared', meaning: 'its data blocks are also claimed by something else' },
};

const states: Readonly<Record<RequiredResult['state'], { short: string; meaning: string }>> = {
  ok: { short: 'ok', meaning: '' },
  missing: { short: 'missing', meaning: 'there is no such name' },
  unreadable: { short: 'unreadable', meaning: 'it, or a directory on the way to it, is damaged' },
  empty: { short: 'empty', meaning: 'its size is 0' },
  'all-nul': { short: 'all NUL', meaning: 'it has a size, but holds only NUL bytes: its data was never written' },
  'not-a-file': { short: 'not a file', meaning: 'there is something of that name, but no regular file' },
};

const harmName = (how: Harm): string => harms[how]?.short ?? printable(how);

/** Paths that are listed one by one before the rest is folded by directory. */
const listedFirst = 20;
/** Directories that the rest is folded into, at most. */
const foldedMost = 15;
/** Paths of a folded directory that are named all the same. */
const foldedNames = 12;
/** Paths of one directory that are listed one by one before its others are folded. */
const listedPerDirectory = 5;

/** The section on lost and damaged paths; empty when there are none. */
export function affectedSection(report: CheckReport, paper: Paper): string[] {
  const { affected, affectedCount } = report;
  if (affectedCount === 0 && affected.length === 0) return [];
  const lines: string[] = [
    paper.heading(`Lost or damaged: ${counted(Math.max(affectedCount, affected.length), 'path')}`),
  ];
  const [first, rest] = paper.verbose ? [affected, []] : split(affected);
  for (const one of first) lines.push(paper.row(harmName(one.how), printable(one.path)));
  let shown = first.length;
  for (const group of fold(rest)) {
    lines.push(...foldedRows(group, paper));
    shown += group.count;
  }
  lines.push(...paper.more(affectedCount - shown, affectedCount > affected.length));
  const used = (Object.keys(harms) as Harm[]).filter((how) => affected.some((one) => one.how === how));
  return [...lines, ...paper.legend(used.map((how) => [harms[how].short, harms[how].meaning]))];
}

/** The paths to name one by one, and those to fold: a short list is not folded, a long one names a few per directory. */
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
  /** The directory, or the one path where there is only one. */
  path: string;
  count: number;
  /** The first of the paths, as seen from the directory. */
  names: readonly string[];
  /** How many paths there are of each harm, in the order of first appearance. */
  how: ReadonlyMap<Harm, number>;
}

/**
 * Paths counted by the directory they are in. Directories are cut at the greatest depth that still gives no more than
 * `most` of them, so that a scattered list stays short and a local one stays exact. Keeps the order of first appearance.
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

function foldedRows(group: Fold, paper: Paper): string[] {
  const [harm] = group.how.keys();
  if (group.count === 1) return [paper.row(harmName(harm!), printable(group.path))];
  const below = group.path === '/' ? '/…' : `${printable(group.path)}/…`;
  const split = [...group.how].map(([how, count]) =>
    group.how.size === 1 ? harmName(how) : `${digits(count)} ${harmName(how)}`,
  );
  const left = group.count - group.names.length;
  const names = group.names.map(printable).join(', ') + (left > 0 ? ` and ${digits(left)} more` : '');
  return [
    paper.row(counted(group.count, 'path'), `${below}  (${split.join(', ')})`),
    ...paper.field('', names).map(paper.style.dim),
  ];
}

/** The section on required paths: failed ones always, sound ones only when verbose; empty when none were required. */
export function requiredSection(report: CheckReport, paper: Paper): string[] {
  const { required } = report;
  if (required.length === 0) return [];
  const failed = required.filter((one) => one.state !== 'ok');
  if (failed.length === 0 && !paper.verbose) return [];
  const lines: string[] = [
    paper.heading(
      failed.length === 0
        ? `Required paths: all ${digits(required.length)} are sound`
        : `Required paths: ${digits(failed.length)} of ${digits(required.length)} failed`,
    ),
  ];
  const shown = paper.verbose ? required : failed.slice(0, 50);
  for (const one of shown) {
    const broken =
      one.stoppedAt === undefined || one.stoppedAt === one.path
        ? ''
        : `  (the way ends at ${printable(one.stoppedAt)})`;
    lines.push(paper.row(states[one.state]?.short ?? printable(one.state), `${printable(one.path)}${broken}`));
  }
  if (!paper.verbose) lines.push(...paper.more(failed.length - shown.length, false));
  const used = (Object.keys(states) as RequiredResult['state'][]).filter(
    (state) => state !== 'ok' && failed.some((one) => one.state === state),
  );
  return [...lines, ...paper.legend(used.map((state) => [states[state].short, states[state].meaning]))];
}

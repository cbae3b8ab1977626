/** Finds files whose data was never written to disk: they are NUL, have gaps, or are empty although their kind excludes it. */
import { type Bits, makeBits } from '../../bytes/bits';
import type { Extension } from '../../extension';
import { describe } from '../../problem/define';
import { eachInTurns } from '../../source/turns';
import { catchImageError } from '../../view/error';
import { opened } from '../../view/opened-image';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import type { FileContent, NulRun, ZeroFacts } from '../file-content';
import { affectAll } from './affect';
import { EmptyFiles } from './empty-files';
import explanations from './explanations.json';
import { kindOfContent, kindOfName, mayBeReserved, mustBeWritten, mustHaveData } from './kinds';
import { forbiddenRun, type PartlyNul, without } from './part-rules';
import { problems } from './problems';
import { surroundedByData } from './surroundings';
import { texts } from './texts';

/** Most files that are kept for evaluation at the end. */
const maxSuspects = 200_000;
/** Most ELF files whose tables are read. */
const maxElf = 10_000;

interface Suspect extends PartlyNul {
  /** Whether all of it is NUL. */
  all: boolean;
  /** NUL bytes, in blocks that were written and in gaps. */
  nul: number;
  paths: string[];
}

/** A file without a written block. */
interface Hollow {
  inode: number;
  size: number;
  paths: string[];
}

const isAllGaps = (zeros: ZeroFacts, size: number): boolean => size > 0 && zeros.holes >= size;

/** The runs that were kept, with the longest one, which may not be among the first. */
const withLongest = (runs: readonly NulRun[], count: number, longest: NulRun): NulRun[] =>
  count > runs.length ? [...runs, longest] : [...runs];

const byFirstPath = <T extends { paths: readonly string[] }>(files: Iterable<T>): T[] =>
  [...files].filter(({ paths }) => paths.length > 0).sort((a, b) => (a.paths[0]! < b.paths[0]! ? -1 : 1));

class LostWrites implements ContentCheck {
  readonly name = 'lost writes';
  private suspects = new Map<number, Suspect>();
  /** Inodes without a written block; many sound files have none, so that only the number is kept. */
  private hollow: Bits = makeBits(1);
  private empty = new EmptyFiles(0);
  private dropped = 0;
  private elfRead = 0;

  async prepare({ tree, image, want, turns }: ContentContext): Promise<void> {
    const { inodesCount } = opened(image).volume.geometry;
    this.suspects = new Map();
    this.hollow = makeBits(inodesCount + 1);
    this.empty = new EmptyFiles(inodesCount);
    this.dropped = 0;
    this.elfRead = 0;
    await eachInTurns(tree.entries(), turns, ({ type, inode }) => {
      if (type === 'file') want(inode);
    });
  }

  content(content: FileContent): void {
    const { inode, size, zeros, error } = content;
    if (error !== null) return;
    if (size === 0) this.empty.add(inode);
    else if (isAllGaps(zeros, size)) this.hollow.set(inode);
    else if (zeros.mapped > 0 || zeros.holes > 0) this.suspect(content);
  }

  private suspect({ inode, size, zeros, head, tail }: FileContent): void {
    const written = withLongest(zeros.runs, zeros.runCount, { at: zeros.longestAt, length: zeros.longest });
    const gaps = withLongest(zeros.gaps, zeros.gapCount, zeros.longestGap);
    const runs = gaps.length === 0 ? written : [...written, ...gaps].sort((a, b) => a.at - b.at);
    const kind = kindOfContent(without(runs, head, 0), without(runs, tail, size - tail.length));
    // a file of unknown kind may have gaps, except in the first block
    if (zeros.mapped === 0 && kind === 'other' && gaps[0]!.at > 0) return;
    if (this.suspects.size >= maxSuspects) {
      this.dropped++;
      return;
    }
    this.suspects.set(inode, {
      inode,
      size,
      all: zeros.all,
      kind,
      nul: zeros.mapped + zeros.holes,
      zeros: written,
      gaps,
      head: kind === 'elf' ? head.slice(0, 64) : null,
      paths: [],
    });
  }

  async finish(context: ContentContext): Promise<void> {
    const hollow = new Map<number, Hollow>();
    await eachInTurns(context.tree.entries(), context.turns, ({ inode, path, type }) => {
      if (type !== 'file') return;
      this.suspects.get(inode)?.paths.push(path);
      this.empty.see(inode, path);
      if (!this.hollow.test(inode)) return;
      const known = hollow.get(inode);
      if (known) known.paths.push(path);
      else hollow.set(inode, { inode, size: 0, paths: [path] });
    });
    const byPath = byFirstPath(this.suspects.values());
    let found = 0;
    for (const one of byPath) if (!one.all && (await this.reportParts(context, one))) found++;
    const nul = byPath.filter((one) => one.all);
    const gaps = await sizesOf(context, byFirstPath(hollow.values()));
    const certain = [
      ...nul.filter(({ paths }) => paths.some(mustHaveData)).map((one) => ({ ...one, isWritten: true })),
      ...gaps.filter(mustNotBeHollow).map((one) => ({ ...one, isWritten: false })),
    ];
    for (const { inode, size, paths, isWritten } of byFirstPath(certain)) {
      context.report(
        problems['file-all-nul'],
        { inode, path: paths[0]! },
        isWritten ? { size } : { size, written: false },
      );
      affectAll(context, paths);
      found++;
    }
    found += await this.empty.reportCertain(context);
    const isLost = found > 0 || context.writesLost;
    const doubtful = nul.filter(({ paths }) => !paths.some(mustHaveData) && !paths.every(isImage));
    const inodes = doubtful.map(({ inode }) => inode);
    const sound = isLost ? await surroundedByData(context.image, inodes) : new Set(inodes);
    for (const one of doubtful) reportDoubtful(context, one, !sound.has(one.inode));
    if (isLost) for (const one of gaps) if (!mustNotBeHollow(one)) reportHollow(context, one);
    this.empty.reportDoubtful(context, isLost);
    if (this.dropped > 0)
      context.skip({
        what: 'lost writes',
        why: `${this.dropped} more files have blocks of NUL bytes and were not evaluated`,
      });
  }

  private async reportParts(context: ContentContext, one: Suspect): Promise<boolean> {
    if (one.kind === 'elf' && this.elfRead++ >= maxElf) return false;
    const forbidden = await forbiddenRun(context.image, one);
    if (forbidden === null) return false;
    const { run, kind } = forbidden;
    context.report(
      problems['file-nul-blocks'],
      { inode: one.inode, path: one.paths[0]! },
      { kind, size: one.size, at: run.at, length: run.length, nul: one.nul },
    );
    affectAll(context, one.paths);
    return true;
  }
}

/** The same files with their sizes; unreadable inodes are left out. */
async function sizesOf({ image }: ContentContext, files: readonly Hollow[]): Promise<Hollow[]> {
  const known: Hollow[] = [];
  for (const file of files) {
    const size = await catchImageError(
      async () => (await image.stat(file.inode)).size,
      () => 0,
    );
    if (size > 0) known.push({ ...file, size });
  }
  return known;
}

const isImage = (path: string): boolean => kindOfName(path) === 'image';

const mustNotBeHollow = ({ paths, size }: Hollow): boolean => paths.some((path) => mustBeWritten(path, size));

/** Reports a file of NUL bytes that may be valid: as a warning if it has probably lost its data. */
function reportDoubtful(context: ContentContext, { inode, size, paths }: Suspect, isSuspect: boolean): void {
  const problem = problems[isSuspect ? 'file-all-nul-suspect' : 'file-all-nul-unexplained'];
  context.report(problem, { inode, path: paths[0]! }, { size });
  if (isSuspect) affectAll(context, paths);
}

/** Reports a file without a written block, in an image that has certainly lost data. */
function reportHollow(context: ContentContext, { inode, size, paths }: Hollow): void {
  if (mayBeReserved(size) || paths.every((path) => ['image', 'log'].includes(kindOfName(path)))) return;
  context.report(problems['file-all-nul-suspect'], { inode, path: paths[0]! }, { size });
  affectAll(context, paths);
}

/**
 * Finds files that have lost their data: they contain only NUL, have blocks of NUL or gaps that their kind does not allow, or
 * are empty although their kind excludes it. Files that may validly contain only NUL are at most `info`, unless the image
 * has certainly lost other data.
 */
export const lostWritesCheck = (): Extension =>
  contentExtension(new LostWrites(), describe(problems, texts, explanations));

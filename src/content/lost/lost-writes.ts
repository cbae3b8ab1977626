/** Finds files whose data was never written to disk: mapped blocks that contain only NUL although they must not. */
import type { Extension } from '../../extension';
import { define, describe } from '../../problem/define';
import { catchImageError } from '../../view/error';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import type { FileContent } from '../file-content';
import { readRange } from '../read-range';
import { filledRanges, isForbidden } from './elf-zeros';
import explanations from './explanations.json';
import { type ContentKind, isSystemPlace, kindOfContent, kindOfName, type NameKind } from './kinds';
import { texts } from './texts';

export const problems = define<typeof texts>()({
  'file-all-nul': { severity: 'error', e2fsck: [] },
  'file-all-nul-suspect': { severity: 'warning', e2fsck: [] },
  'file-all-nul-unexplained': { severity: 'info', e2fsck: [] },
  'file-nul-blocks': { severity: 'error', e2fsck: [] },
});

/** Most files that are kept for evaluation at the end. */
const maxSuspects = 200_000;
/** Most ELF files whose tables are read. */
const maxElf = 10_000;

const kindNames: Readonly<Record<ContentKind, string>> = {
  elf: 'the tables of an ELF file',
  gzip: 'a gzip stream',
  xz: 'an xz stream',
  zstd: 'a zstd stream',
  bzip2: 'a bzip2 stream',
  script: 'a script',
  text: 'a text',
  other: 'a file of this kind',
};
const firstBlockNames: Partial<Record<NameKind, string>> = {
  text: 'a text',
  elf: 'the first block of an ELF file',
  compressed: 'the first block of a compressed file',
};

interface Suspect {
  inode: number;
  size: number;
  all: boolean;
  kind: ContentKind;
  nul: number;
  runs: readonly { at: number; length: number }[];
  /** The first bytes of an ELF file. */
  head: Uint8Array | null;
  paths: string[];
}

class LostWrites implements ContentCheck {
  readonly name = 'lost writes';
  private suspects = new Map<number, Suspect>();
  private dropped = 0;
  private elfRead = 0;

  prepare({ tree, want }: ContentContext): void {
    this.suspects = new Map();
    this.dropped = 0;
    this.elfRead = 0;
    for (const entry of tree.entries()) if (entry.type === 'file') want(entry.inode);
  }

  content({ inode, size, zeros, head, tail, error }: FileContent): void {
    if (zeros.mapped === 0 || error !== null) return;
    if (this.suspects.size >= maxSuspects) {
      this.dropped++;
      return;
    }
    const runs = zeros.runs.slice();
    // the longest run may not be among the first ones
    if (zeros.runCount > runs.length) runs.push({ at: zeros.longestAt, length: zeros.longest });
    const kind = kindOfContent(without(runs, head, 0), without(runs, tail, size - tail.length));
    this.suspects.set(inode, {
      inode,
      size,
      all: zeros.all,
      kind,
      nul: zeros.mapped,
      runs,
      head: kind === 'elf' ? head.slice(0, 64) : null,
      paths: [],
    });
  }

  async finish(context: ContentContext): Promise<void> {
    for (const { inode, path } of context.tree.entries()) this.suspects.get(inode)?.paths.push(path);
    const byPath = [...this.suspects.values()]
      .filter(({ paths }) => paths.length > 0)
      .sort((a, b) => (a.paths[0]! < b.paths[0]! ? -1 : 1));
    const parts = byPath.filter((one) => !one.all);
    let found = 0;
    for (const one of parts) if (await this.reportParts(context, one)) found++;
    const all = byPath.filter((one) => one.all);
    for (const one of all) if (reportLost(context, one)) found++;
    for (const one of all) if (!mustHaveData(one)) reportDoubtful(context, one, found > 0);
    if (this.dropped > 0)
      context.skip({
        what: 'lost writes',
        why: `${this.dropped} more files have blocks of NUL bytes and were not evaluated`,
      });
  }

  private async reportParts(context: ContentContext, one: Suspect): Promise<boolean> {
    const forbidden = await this.forbiddenRun(context, one);
    if (forbidden === null) return false;
    const { run, kind } = forbidden;
    context.report(
      problems['file-nul-blocks'],
      { inode: one.inode, path: one.paths[0]! },
      { kind, size: one.size, at: run.at, length: run.length, nul: one.nul },
    );
    affectAll(context, one);
    return true;
  }

  /** The first run of NUL blocks that must not exist, and the kind of its file; null if all runs may exist. */
  private async forbiddenRun(
    { image }: ContentContext,
    one: Suspect,
  ): Promise<{ run: { at: number; length: number }; kind: string } | null> {
    const { runs, kind, size } = one;
    const names = new Set(one.paths.map(kindOfName));
    const first = runs[0]!;
    if (kind === 'script' || kind === 'text') {
      // a name of another kind means that the file only looks like text, and where programs store data, a file that starts
      // and ends with text may contain anything in between
      const isText =
        [...names].every((name) => name === 'text' || name === 'any') &&
        (kind === 'script' || names.has('text') || one.paths.some(isSystemPlace));
      return isText ? { run: first, kind: kindNames[kind] } : null;
    }
    if (kind === 'elf') {
      if (this.elfRead++ >= maxElf) return null;
      const ranges = await catchImageError(
        () => filledRanges(one.head!, size, (at, length) => readRange(image, one.inode, at, length)),
        () => [],
      );
      const run = runs.find((each) => isForbidden(ranges, each));
      return run === undefined ? null : { run, kind: kindNames.elf };
    }
    if (kind !== 'other') {
      // padding after a stream is allowed
      const run = runs.find((each) => each.at + each.length < size);
      return run === undefined ? null : { run, kind: kindNames[kind] };
    }
    if (first.at !== 0) return null;
    for (const name of names)
      if (firstBlockNames[name] !== undefined) return { run: first, kind: firstBlockNames[name] };
    return null;
  }
}

/** Bytes of the file from offset `at`, without the blocks that are NUL. */
function without(runs: Suspect['runs'], bytes: Uint8Array, at: number): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let done = 0;
  const keep = (to: number) => {
    kept.set(bytes.subarray(done, to), length);
    length += Math.max(0, Math.min(to, bytes.length) - done);
  };
  for (const run of runs) {
    if (run.at + run.length <= at + done || run.at >= at + bytes.length) continue;
    keep(Math.max(done, run.at - at));
    done = run.at + run.length - at;
  }
  keep(Math.max(done, bytes.length));
  return kept.subarray(0, length);
}

/** Whether a file must contain something other than NUL, by one of its names. */
const mustHaveData = ({ paths }: Suspect): boolean =>
  paths.some((path) => {
    const kind = kindOfName(path);
    return kind === 'any' ? isSystemPlace(path) : kind !== 'image';
  });

function affectAll({ affect }: ContentContext, { paths }: Suspect): void {
  for (const path of paths) affect({ path, how: 'damaged' });
}

/** Reports a file of NUL bytes if it must have data. Returns whether it was reported. */
function reportLost(context: ContentContext, one: Suspect): boolean {
  if (!mustHaveData(one)) return false;
  context.report(problems['file-all-nul'], { inode: one.inode, path: one.paths[0]! }, { size: one.size });
  affectAll(context, one);
  return true;
}

/** Reports a file of NUL bytes that may be valid: as a warning if other files have certainly lost data. */
function reportDoubtful(context: ContentContext, one: Suspect, othersLost: boolean): void {
  if (one.paths.every((path) => kindOfName(path) === 'image')) return;
  const problem = problems[othersLost ? 'file-all-nul-suspect' : 'file-all-nul-unexplained'];
  context.report(problem, { inode: one.inode, path: one.paths[0]! }, { size: one.size });
  if (othersLost) affectAll(context, one);
}

/**
 * Finds files that have lost their data: they contain only NUL, or have blocks of NUL that their kind does not allow. Holes
 * and unwritten extents are ignored, and files that may validly contain only NUL are at most `info`.
 */
export const lostWritesCheck = (): Extension =>
  contentExtension(new LostWrites(), describe(problems, texts, explanations));

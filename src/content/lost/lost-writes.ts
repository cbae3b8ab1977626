/** Files whose data never reached the disk: blocks that are there and hold only NUL where that cannot be. */
import type { Extension } from '../../extension';
import { define, describe } from '../../problem/define';
import { ImageError } from '../../view/error';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import type { FileContent } from '../file-content';
import { readRange } from '../read-range';
import { filledRanges, isForbidden } from './elf-zeros';
import { type ContentKind, isSystemPlace, kindOfContent, kindOfName, type NameKind } from './kinds';
import { texts } from './lost-writes.texts';

export const problems = define<typeof texts>({
  'file-all-nul': { severity: 'error', e2fsck: [] },
  'file-all-nul-suspect': { severity: 'warning', e2fsck: [] },
  'file-all-nul-unexplained': { severity: 'info', e2fsck: [] },
  'file-nul-blocks': { severity: 'error', e2fsck: [] },
});

/** Files that are remembered for a second look. */
const maxSuspects = 200_000;
/** ELF files whose tables are read. */
const maxElf = 10_000;

const spoken: Readonly<Record<ContentKind, string>> = {
  elf: 'the tables of an ELF file',
  gzip: 'a gzip stream',
  xz: 'an xz stream',
  zstd: 'a zstd stream',
  bzip2: 'a bzip2 stream',
  script: 'a script',
  text: 'a text',
  other: 'such a file',
};
const spokenName: Partial<Record<NameKind, string>> = {
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
    // the longest is the one to tell of, and may be beyond those that are listed
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
    for (const one of parts) if (await this.tellParts(context, one)) found++;
    const all = byPath.filter((one) => one.all);
    for (const one of all) if (tellLost(context, one)) found++;
    for (const one of all) if (!mustHoldSomething(one)) tellDoubtful(context, one, found > 0);
    if (this.dropped > 0)
      context.skip({
        what: 'lost writes',
        why: `${this.dropped} more files hold blocks of NUL bytes and were not judged`,
      });
  }

  private async tellParts(context: ContentContext, one: Suspect): Promise<boolean> {
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

  /** The first run of NUL blocks that cannot be, and in what; null when all of them can. */
  private async forbiddenRun(
    { image }: ContentContext,
    one: Suspect,
  ): Promise<{ run: { at: number; length: number }; kind: string } | null> {
    const { runs, kind, size } = one;
    const names = new Set(one.paths.map(kindOfName));
    const first = runs[0]!;
    if (kind === 'script' || kind === 'text') {
      // a name that asks for something else says that the first bytes deceive
      // and where programs keep data, what begins and ends as text may be anything in between
      const isText =
        [...names].every((name) => name === 'text' || name === 'any') &&
        (kind === 'script' || names.has('text') || one.paths.some(isSystemPlace));
      return isText ? { run: first, kind: spoken[kind] } : null;
    }
    if (kind === 'elf') {
      if (this.elfRead++ >= maxElf) return null;
      try {
        const ranges = await filledRanges(one.head!, size, (at, length) => readRange(image, one.inode, at, length));
        const run = runs.find((each) => isForbidden(ranges, each));
        return run === undefined ? null : { run, kind: spoken.elf };
      } catch (error) {
        if (error instanceof ImageError) return null;
        throw error;
      }
    }
    if (kind !== 'other') {
      // padding behind a stream is allowed
      const run = runs.find((each) => each.at + each.length < size);
      return run === undefined ? null : { run, kind: spoken[kind] };
    }
    if (first.at !== 0) return null;
    for (const name of names) if (spokenName[name] !== undefined) return { run: first, kind: spokenName[name] };
    return null;
  }
}

/** What is left of bytes from `at` on in the file when the blocks that are NUL are taken out. */
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

/** Whether a file of NUL bytes cannot be right, by any of its names. */
const mustHoldSomething = ({ paths }: Suspect): boolean =>
  paths.some((path) => {
    const kind = kindOfName(path);
    return kind === 'any' ? isSystemPlace(path) : kind !== 'image';
  });

function affectAll({ affect }: ContentContext, { paths }: Suspect): void {
  for (const path of paths) affect({ path, how: 'damaged' });
}

/** Reports a file of NUL bytes that cannot be right; whether it is one. */
function tellLost(context: ContentContext, one: Suspect): boolean {
  if (!mustHoldSomething(one)) return false;
  context.report(problems['file-all-nul'], { inode: one.inode, path: one.paths[0]! }, { size: one.size });
  affectAll(context, one);
  return true;
}

/** Reports one that may be right: the worse where others have been lost for certain. */
function tellDoubtful(context: ContentContext, one: Suspect, othersLost: boolean): void {
  if (one.paths.every((path) => kindOfName(path) === 'image')) return;
  const problem = problems[othersLost ? 'file-all-nul-suspect' : 'file-all-nul-unexplained'];
  context.report(problem, { inode: one.inode, path: one.paths[0]! }, { size: one.size });
  if (othersLost) affectAll(context, one);
}

/**
 * Finds files that have lost their data: all of them NUL, or with blocks of NUL where their kind does not allow it. Holes
 * and space that was never written do not count, and files that may be NUL by right are at most `info`.
 */
export const lostWritesCheck = (): Extension => contentExtension(new LostWrites(), describe(problems, texts));

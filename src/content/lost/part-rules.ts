/** Decides which NUL blocks and gaps inside a file its kind excludes. */
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';
import type { NulRun } from '../file-content';
import { readRange } from '../read-range';
import { filledRanges, isForbidden } from './elf-zeros';
import { type ContentKind, isSystemPlace, kindOfName, type NameKind } from './kinds';

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
  efi: 'the first block of an EFI program',
  kernel: 'the first block of a kernel or an initial RAM disk',
  compressed: 'the first block of a compressed file',
};

/** A file that has other content too. */
export interface PartlyNul {
  readonly inode: number;
  readonly size: number;
  readonly kind: ContentKind;
  /** Runs of NUL blocks that were written. */
  readonly zeros: readonly NulRun[];
  /** Runs of holes and of space that was never written. */
  readonly gaps: readonly NulRun[];
  /** The first bytes of an ELF file. */
  readonly head: Uint8Array | null;
  readonly paths: readonly string[];
}

/** A run of NUL bytes that must not exist, and in what. */
export interface ForbiddenRun {
  run: NulRun;
  kind: string;
}

/** Whether a file that begins and ends as text, or with an interpreter, must be text throughout. */
function isText({ kind, paths }: PartlyNul): boolean {
  const names = paths.map(kindOfName);
  // a name of another kind means that the file only looks like text, and where programs store data, a file that starts
  // and ends with text may contain anything in between
  return (
    names.every((name) => name === 'text' || name === 'any') &&
    (kind === 'script' || names.includes('text') || paths.some(isSystemPlace))
  );
}

/** The first block of a file whose name promises a certain start. */
function firstBlock(run: NulRun, paths: readonly string[], isPromise: (path: string) => boolean): ForbiddenRun | null {
  if (run.at !== 0) return null;
  for (const path of paths) {
    const kind = firstBlockNames[kindOfName(path)];
    if (kind !== undefined && isPromise(path)) return { run, kind };
  }
  return null;
}

/** Whether the first block cannot be a gap: downloads begin with one, but not in the folders of the system. */
const hasNoGaps = (path: string): boolean => kindOfName(path) !== 'compressed' || isSystemPlace(path);

async function forbiddenInElf(
  image: Image,
  { inode, size, head, zeros, gaps }: PartlyNul,
): Promise<NulRun | undefined> {
  const ranges = await catchImageError(
    () => filledRanges(head!, size, (at, length) => readRange(image, inode, at, length)),
    () => [],
  );
  return [...zeros, ...gaps].find((run) => isForbidden(ranges, run));
}

/** The first run that must not exist; null if all may exist. */
export async function forbiddenRun(image: Image, file: PartlyNul): Promise<ForbiddenRun | null> {
  const { kind, size, zeros, gaps, paths } = file;
  const found = (run: NulRun | undefined): ForbiddenRun | null =>
    run === undefined ? null : { run, kind: kindNames[kind] };
  if (kind === 'script' || kind === 'text') return isText(file) ? found(zeros[0] ?? gaps[0]) : null;
  if (kind === 'elf') return found(await forbiddenInElf(image, file));
  if (kind !== 'other') {
    // padding after a stream is allowed
    const isInside = (run: NulRun) => run.at + run.length < size;
    return found(zeros.find(isInside) ?? (paths.some(isSystemPlace) ? gaps.find(isInside) : undefined));
  }
  return (
    (zeros.length > 0 ? firstBlock(zeros[0]!, paths, () => true) : null) ??
    (gaps.length > 0 ? firstBlock(gaps[0]!, paths, hasNoGaps) : null)
  );
}

/** Bytes of the file from offset `at`, without the parts that are NUL. */
export function without(runs: readonly NulRun[], bytes: Uint8Array, at: number): Uint8Array {
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

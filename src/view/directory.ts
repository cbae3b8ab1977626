/** The entries of a directory, by a scan of all its blocks: an index is not used, whether it is valid or not. */
import { printableName } from '../bytes/names';
import { dirent, direntHeaderSize, direntSize, recordLength } from '../layout/dirent';
import { inode, inodeFlags } from '../layout/inode';
import { hasTail, leafChecksumGood } from '../volume/dir-checksum';
import { inodeSeed } from '../volume/inode-checksum';
import { bytesOf, type Volume } from '../volume/volume';
import { ImageError } from './error';
import { blocksCovered, inlineParts, requireReadable } from './file';
import { fileRuns } from './runs';
import { type FileType, type InodeRecord, placeOf, typeOfEntry } from './stat';

/** One name in a directory. */
export interface DirEntry {
  /** Printable; `parsePrintableName` returns the raw bytes. */
  name: string;
  rawName: Uint8Array;
  /** As stored: the inode may not exist. */
  inode: number;
  /** By the entry; `unknown` in file systems without the filetype feature. */
  type: FileType;
}

/** Bytes that hold entries. */
export interface EntryArea {
  view: DataView;
  /** Where the first entry starts. */
  from: number;
  /** False when the checksum over these bytes is wrong. */
  checksumGood: boolean;
  /** The block of the bytes; absent where they are in the inode. */
  block?: number;
}

/** Blocks read together. */
const batchBlocks = 32;
/** Bytes of the parent's inode number at the start of an inline directory. */
const inlineParentSize = 4;

/**
 * Calls `visit` for each entry in use, '.' and '..' included, until it returns false. Returns whether all records were
 * valid; the first invalid one ends the scan.
 */
export function eachEntry(
  area: EntryArea,
  blockSize: number,
  visit: (ino: number, nameAt: number, nameLength: number, type: number) => boolean,
): boolean {
  const { view } = area;
  const end = view.byteLength;
  let sound = true;
  for (let at = area.from; at < end; ) {
    if (at + direntHeaderSize > end) return false;
    const length = recordLength(dirent.rec_len(view, at), blockSize);
    const nameLength = dirent.name_len(view, at);
    if (length % 4 !== 0 || length < direntSize(Math.max(nameLength, 1)) || at + length > end) return false;
    const ino = dirent.inode(view, at);
    if (ino !== 0 && nameLength === 0) sound = false;
    else if (ino !== 0 && !visit(ino, at + direntHeaderSize, nameLength, dirent.file_type(view, at))) return sound;
    at += length;
  }
  return sound;
}

/** Whether a block of entries has the right checksum; true for index blocks, which have another kind. */
function checksumGood(volume: Volume, record: InodeRecord, view: DataView, logical: number): boolean {
  const { geometry } = volume;
  if (!geometry.features.metadata_csum) return true;
  if ((record.flags & inodeFlags.INDEX) !== 0) {
    const whole = recordLength(dirent.rec_len(view, 0), view.byteLength) === view.byteLength;
    if (logical === 0 || (dirent.inode(view, 0) === 0 && whole)) return true;
  }
  if (!hasTail(view)) return false;
  const seed = inodeSeed(geometry, record.ino, inode.i_generation(record.view, 0));
  return leafChecksumGood(seed, bytesOf(view), view);
}

function inlineAreas(volume: Volume, record: InodeRecord): EntryArea[] {
  const { head, rest } = inlineParts(volume, record);
  const areas: EntryArea[] = [{ view: head, from: inlineParentSize, checksumGood: true }];
  if (rest.byteLength > 0) areas.push({ view: rest, from: 0, checksumGood: true });
  return areas;
}

/**
 * The areas with a directory's entries, in order; null for one or more consecutive blocks that are missing or
 * unreadable. No block occurs twice, so the result is finite.
 * @throws ImageError `encrypted`; `damaged` when the inline data is missing
 */
export async function* entryAreas(
  volume: Volume,
  record: InodeRecord,
): AsyncGenerator<EntryArea | null, void, undefined> {
  requireReadable(record);
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) {
    yield* inlineAreas(volume, record);
    return;
  }
  const seen = new Set<number>();
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) {
    // blocks after the end of the image are unreadable, however long the run is
    const count = run.kind === 'data' ? Math.min(run.count, Math.max(0, volume.readableBlocks - run.physical)) : 0;
    if (count < run.count) yield null;
    for (let done = 0; done < count; done++) {
      if (done % batchBlocks === 0) {
        const batch = Array.from({ length: Math.min(batchBlocks, count - done) }, (_, i) => run.physical + done + i);
        await volume.prefetch(batch);
      }
      const block = run.physical + done;
      if (seen.has(block)) {
        yield null;
        break;
      }
      seen.add(block);
      const view = await volume.block(block);
      const logical = run.logical + done;
      yield view && { view, from: 0, checksumGood: checksumGood(volume, record, view, logical), block };
    }
  }
}

/** @throws ImageError `not-a-directory`; `damaged` for a type that does not exist */
export function requireDirectory(record: InodeRecord): void {
  if (record.type === 'unknown') throw new ImageError('damaged', 'its inode is of no known type', placeOf(record));
  if (record.type !== 'directory') throw new ImageError('not-a-directory', 'it is not a directory', placeOf(record));
}

const isDots = (name: Uint8Array): boolean =>
  name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e));

/**
 * The entries of one directory without '.' and '..', in disk order; iterate with `for await`. A damaged block ends at
 * its first damaged record, and the scan continues with the next block.
 */
export class Directory {
  /** Whether an iteration found blocks that are missing, damaged or have a wrong checksum: names may be missing. */
  partial = false;

  constructor(
    private readonly volume: Volume,
    private readonly open: () => Promise<InodeRecord>,
  ) {}

  /** @throws ImageError when the directory does not exist or is encrypted */
  async *[Symbol.asyncIterator](): AsyncGenerator<DirEntry, void, undefined> {
    const { blockSize, features } = this.volume.geometry;
    for await (const area of entryAreas(this.volume, await this.open())) {
      const entries: DirEntry[] = [];
      const sound =
        area !== null &&
        eachEntry(area, blockSize, (ino, nameAt, nameLength, type) => {
          const rawName = bytesOf(area.view).slice(nameAt, nameAt + nameLength);
          if (!isDots(rawName)) {
            const stated = features.filetype ? typeOfEntry(type) : 'unknown';
            entries.push({ name: printableName(rawName), rawName, inode: ino, type: stated });
          }
          return true;
        });
      if (!sound || !area.checksumGood) this.partial = true;
      yield* entries;
    }
  }

  /** All entries in one array. @throws ImageError */
  async list(): Promise<DirEntry[]> {
    const entries: DirEntry[] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }
}

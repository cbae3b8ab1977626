/** The content of a file or a symlink. */
import { iBlockSize, inode, inodeFlags } from '../layout/inode';
import { Turns } from '../source/turns';
import { inlineDataOf } from '../volume/inline-data';
import { fastSymlinkLimit } from '../volume/inode-fields';
import { bytesOf, type Volume } from '../volume/volume';
import { ImageError } from './error';
import { fileRuns, type Run } from './runs';
import { type InodeRecord, placeOf } from './stat';

/** Largest piece of a file in one step, in bytes. */
const chunkBytes = 256 * 1024;
/** Longest symlink target that is read where blocks are smaller, in bytes. */
const maxTarget = 4096;

/** @throws ImageError `encrypted` */
export function requireReadable(record: InodeRecord): void {
  if ((record.flags & inodeFlags.ENCRYPT) !== 0) throw new ImageError('encrypted', 'it is encrypted', placeOf(record));
}

/** The number of blocks for a file's size; the last one may be partial. */
export const blocksCovered = (volume: Volume, record: InodeRecord): number =>
  Math.ceil(record.size / volume.geometry.blockSize);

/** The two parts of inline data. @throws ImageError `damaged` */
export function inlineParts(volume: Volume, record: InodeRecord): { head: DataView; rest: DataView } {
  const inline = inlineDataOf(volume.geometry, record.view, 0);
  if (!inline) throw new ImageError('damaged', 'its inline data is missing', placeOf(record));
  return inline;
}

function inlineContent(volume: Volume, record: InodeRecord): Uint8Array {
  const { head, rest } = inlineParts(volume, record);
  const length = record.size;
  const present = head.byteLength + rest.byteLength;
  if (length > present) {
    const place = { ...placeOf(record), at: present, length: length - present };
    throw new ImageError('damaged', `bytes ${present} to ${length - 1} are not in its inode`, place);
  }
  const content = new Uint8Array(length);
  content.set(bytesOf(head).subarray(0, length));
  if (length > iBlockSize) content.set(bytesOf(rest).subarray(0, length - iBlockSize), iBlockSize);
  return content;
}

class RunReader {
  private readonly blockSize: number;
  private readonly turns = new Turns();

  constructor(
    private readonly volume: Volume,
    private readonly record: InodeRecord,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.blockSize = volume.geometry.blockSize;
  }

  private missing(code: 'damaged' | 'unreadable', at: number, end: number): ImageError {
    const what = code === 'damaged' ? 'have no usable block' : 'cannot be read from the image';
    const place = { ...placeOf(this.record), at, length: end - at };
    return new ImageError(code, `bytes ${at} to ${end - 1} ${what}`, place);
  }

  async *pieces(run: Run): AsyncGenerator<Uint8Array, void, undefined> {
    const start = run.logical * this.blockSize;
    const end = Math.min((run.logical + run.count) * this.blockSize, this.record.size);
    if (run.kind === 'lost') throw this.missing('damaged', start, end);
    const first = run.physical * this.blockSize;
    let most = chunkBytes;
    for (let at = start; at < end; ) {
      this.signal?.throwIfAborted();
      this.volume.throwIfAborted();
      const length = Math.min(most, end - at);
      if (run.kind !== 'data') {
        // no read is awaited here
        await this.turns.due();
        yield new Uint8Array(length);
        at += length;
        continue;
      }
      const got = await this.volume.read(first + at - start, length, undefined, length > this.blockSize);
      if (got !== null && got.length > 0) {
        yield got;
        at += got.length;
      } else if (got === null && length > this.blockSize) {
        // the good blocks before a bad sector are still returned
        most = this.blockSize;
      } else {
        throw this.missing('unreadable', at, got === null ? at + length : end);
      }
    }
  }
}

/**
 * The bytes of an inode in order, in pieces of at most 256 KiB, holes as zeros, exactly as many as its size.
 * @throws ImageError `damaged` or `unreadable` with the byte range that is not available, after all bytes before it;
 * `encrypted`
 */
export async function* contentOf(
  volume: Volume,
  record: InodeRecord,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  requireReadable(record);
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) {
    const content = inlineContent(volume, record);
    if (content.length > 0) yield content;
    return;
  }
  const reader = new RunReader(volume, record, signal);
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) yield* reader.pieces(run);
}

/** All bytes of an inode. @throws ImageError `too-large` for more than `maxBytes`, and the errors of `contentOf` */
export async function wholeContent(volume: Volume, record: InodeRecord, maxBytes: number): Promise<Uint8Array> {
  if (record.size > maxBytes)
    throw new ImageError('too-large', `${record.size} bytes are more than ${maxBytes}`, placeOf(record));
  const content = new Uint8Array(record.size);
  let at = 0;
  for await (const piece of contentOf(volume, record)) {
    content.set(piece, at);
    at += piece.length;
  }
  return content;
}

/**
 * The raw target of a symlink; as in the kernel it ends at the first zero byte.
 * @throws ImageError `not-a-symlink`; `damaged` when it is empty or too long; and the errors of `contentOf`
 */
export async function symlinkTarget(volume: Volume, record: InodeRecord): Promise<Uint8Array> {
  if (record.type !== 'symlink') throw new ImageError('not-a-symlink', 'it is not a symlink', placeOf(record));
  requireReadable(record);
  if (record.size > Math.max(maxTarget, volume.geometry.blockSize))
    throw new ImageError('damaged', `a symlink cannot have ${record.size} bytes`, placeOf(record));
  const inPlace = record.size < fastSymlinkLimit && (record.flags & inodeFlags.INLINE_DATA) === 0;
  const stored = inPlace
    ? inode.i_block(record.view, 0).slice(0, record.size)
    : await wholeContent(volume, record, record.size);
  const zero = stored.indexOf(0);
  const target = zero < 0 ? stored : stored.subarray(0, zero);
  if (target.length === 0) throw new ImageError('damaged', 'the symlink has no target', placeOf(record));
  return target;
}

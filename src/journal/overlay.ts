/** An image as it would be after its journal was replayed: a source that reads some blocks from elsewhere. */
import { firstIndex } from '../bytes/first-index';
import { journalMagic } from '../layout/journal';
import { bytesWithin } from '../source/range';
import type { ByteSource, Located } from '../source/source';

/** Which blocks are replaced, and by which; 16 bytes for each. */
export interface Replacements {
  /** Replaced blocks, ascending, each once. */
  readonly blocks: Float64Array;
  /** For each of them twice the block that is read instead, plus 1 where that one is escaped. */
  readonly from: Float64Array;
}

/** Bytes that replace those at `at`. */
export interface Patch {
  at: number;
  bytes: Uint8Array;
}

/** The first of `blocks` that is not below `block`. */
const firstFrom = (blocks: Float64Array, block: number): number =>
  firstIndex(0, blocks.length, (i) => blocks[i]! >= block);

class Overlay implements ByteSource {
  readonly size: number;

  constructor(
    private readonly source: ByteSource,
    private readonly blockSize: number,
    private readonly replacements: Replacements,
    private readonly patches: readonly Patch[],
  ) {
    this.size = source.size;
  }

  read(at: number, into: Uint8Array): number | Promise<number> {
    const within = bytesWithin(this.size, at, into.length);
    if (within === 0) return 0;
    const end = at + within;
    const { blocks } = this.replacements;
    const first = firstFrom(blocks, Math.floor(at / this.blockSize));
    const touched = first < blocks.length && blocks[first]! * this.blockSize < end;
    const patched = this.patches.some((patch) => patch.at < end && patch.at + patch.bytes.length > at);
    return touched || patched ? this.merge(at, into, within, first) : this.source.read(at, into);
  }

  /** Reads what is not replaced in long runs, and each run of replaced blocks from its own place. */
  private async merge(at: number, into: Uint8Array, within: number, first: number): Promise<number> {
    const { blockSize, source } = this;
    const { blocks, from } = this.replacements;
    const end = at + within;
    let done = at;
    const fill = async (place: number, until: number): Promise<boolean> => {
      const length = until - done;
      const got = length === 0 ? 0 : await source.read(place, into.subarray(done - at, until - at));
      done += got;
      return got === length;
    };
    for (let i = first; i < blocks.length && blocks[i]! * blockSize < end; ) {
      const start = blocks[i]! * blockSize;
      if (start > done && !(await fill(done, start))) return done - at;
      let last = i;
      while (
        last + 1 < blocks.length &&
        blocks[last + 1] === blocks[last]! + 1 &&
        blocks[last + 1]! * blockSize < end &&
        Math.floor(from[last + 1]! / 2) === Math.floor(from[last]! / 2) + 1
      )
        last++;
      const place = Math.floor(from[i]! / 2) * blockSize + (done - start);
      if (!(await fill(place, Math.min(end, (blocks[last]! + 1) * blockSize)))) return done - at;
      for (; i <= last; i++) if (from[i]! % 2 === 1) putMagic(blocks[i]! * blockSize, at, into, end);
    }
    if (done < end && !(await fill(done, end))) return done - at;
    for (const patch of this.patches) putBytes(patch, at, into, end);
    return within;
  }

  /** The place in the file system, also of what is read from the log. */
  locate(at: number): Located | Promise<Located> {
    return this.source.locate === undefined ? at : this.source.locate(at);
  }

  close(): void | Promise<void> {
    return this.source.close?.();
  }
}

/** Copies the part of `patch` between byte `at` and `end` of the source. */
function putBytes(patch: Patch, at: number, into: Uint8Array, end: number): void {
  const from = Math.max(at, patch.at);
  const to = Math.min(end, patch.at + patch.bytes.length);
  if (from < to) into.set(patch.bytes.subarray(from - patch.at, to - patch.at), from - at);
}

const magicBytes = new Uint8Array(4);
new DataView(magicBytes.buffer).setUint32(0, journalMagic, false);

const putMagic = (start: number, at: number, into: Uint8Array, end: number): void =>
  putBytes({ at: start, bytes: magicBytes }, at, into, end);

/**
 * `source` with blocks of `blockSize` bytes replaced by other blocks of it, and `patches` applied to the result.
 * Content is read on demand and not kept. `close()` closes `source`.
 */
export const overlaySource = (
  source: ByteSource,
  blockSize: number,
  replacements: Replacements,
  patches: readonly Patch[],
): ByteSource => new Overlay(source, blockSize, replacements, patches);

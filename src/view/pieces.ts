/** A file's content in pieces, where bytes that cannot be read are a piece like any other and not the end. */
import { inodeFlags } from '../layout/inode';
import { Turns } from '../source/turns';
import { bytesOf, type Volume } from '../volume/volume';
import { blocksCovered, inlineParts, requireReadable } from './file';
import { fileRuns, type Run } from './runs';
import type { InodeRecord } from './stat';

/**
 * `length` bytes of a file from byte `at`:
 * - `data`: their values, valid until the next piece;
 * - `zeros`: a hole, or blocks that were never written;
 * - `lost`: they have no usable block, or cannot be read.
 */
export type Piece =
  | { kind: 'data'; at: number; length: number; bytes: Uint8Array }
  | { kind: 'zeros'; at: number; length: number }
  | LostPiece;

export interface LostPiece {
  kind: 'lost';
  at: number;
  length: number;
  why: string;
}

/** Largest piece with data, in bytes. */
const chunkBytes = 256 * 1024;
const noBlock = 'have no usable block';
const notReadable = 'cannot be read from the image';

/** What is in the inode itself. */
function* inlinePieces(volume: Volume, record: InodeRecord): Generator<Piece> {
  const { head, rest } = inlineParts(volume, record);
  const { size } = record;
  let at = 0;
  for (const part of [head, rest]) {
    const bytes = bytesOf(part).subarray(0, Math.max(0, size - at));
    if (bytes.length > 0) yield { kind: 'data', at, length: bytes.length, bytes };
    at += bytes.length;
  }
  if (at < size) yield { kind: 'lost', at, length: size - at, why: 'are not in its inode' };
}

class RunPieces {
  private readonly turns: Turns;
  private readonly arena = new Uint8Array(chunkBytes);

  constructor(
    private readonly volume: Volume,
    private readonly size: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.turns = new Turns(signal);
  }

  async *of(run: Run): AsyncGenerator<Piece, void, undefined> {
    const { blockSize } = this.volume.geometry;
    const at = run.logical * blockSize;
    const length = Math.min((run.logical + run.count) * blockSize, this.size) - at;
    if (run.kind === 'lost') yield { kind: 'lost', at, length, why: noBlock };
    else if (run.kind === 'data') yield* this.read(at, run.physical * blockSize, length);
    else yield { kind: 'zeros', at, length };
    const due = this.turns.due();
    if (due !== undefined) await due;
  }

  /** The bytes from `place` in the image; after a failed read block by block, so that only what is bad is lost. */
  private async *read(start: number, place: number, length: number): AsyncGenerator<Piece, void, undefined> {
    const { volume } = this;
    const { blockSize } = volume.geometry;
    const end = start + length;
    for (let at = start, single = 0; at < end; ) {
      this.signal?.throwIfAborted();
      const most = Math.min(at < single ? blockSize : chunkBytes, end - at);
      const bytes = await volume.read(place + at - start, most, this.arena, most > blockSize);
      if (bytes !== null && bytes.length > 0) {
        yield { kind: 'data', at, length: bytes.length, bytes };
        at += bytes.length;
      } else if (bytes === null && most > blockSize) {
        single = at + most;
      } else {
        // nothing follows the end of the image
        const lost = bytes === null ? most : end - at;
        yield { kind: 'lost', at, length: lost, why: notReadable };
        at += lost;
      }
      const due = this.turns.due();
      if (due !== undefined) await due;
    }
  }
}

async function* eachPiece(
  volume: Volume,
  record: InodeRecord,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece, void, undefined> {
  requireReadable(record);
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) {
    yield* inlinePieces(volume, record);
    return;
  }
  const pieces = new RunPieces(volume, record.size, signal);
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) yield* pieces.of(run);
}

/**
 * All bytes of an inode in order, exactly as many as its size; lost pieces that follow each other for the same reason
 * are one.
 * @throws ImageError `encrypted`; `damaged` if its inline data is missing
 */
export async function* piecesOf(
  volume: Volume,
  record: InodeRecord,
  signal?: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const held: LostPiece[] = [];
  for await (const piece of eachPiece(volume, record, signal)) {
    const last = held[0];
    if (piece.kind === 'lost' && last?.why === piece.why) {
      last.length += piece.length;
      continue;
    }
    yield* held.splice(0);
    if (piece.kind === 'lost') held.push(piece);
    else yield piece;
  }
  yield* held;
}

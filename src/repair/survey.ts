/** Reads a file once for its hash and the amount of data in it. */
import { createHash } from 'node:crypto';
import { isAllZero } from '../bytes/bitmap';
import { openFile } from '../source/file';
import { Turns } from '../source/turns';

/** Bytes read at once. */
export const pieceBytes = 1024 * 1024;

export interface Survey {
  size: number;
  sha256: string;
  /** Bytes in blocks that contain anything except zeros: the size of a sparse copy. */
  dataBytes: number;
}

/** Calls `visit` with pieces of 1 MiB of a file, the last one shorter; the buffer is reused. Yields to other events. */
export async function eachPiece(
  path: string,
  visit: (piece: Uint8Array, at: number) => void,
  signal?: AbortSignal,
): Promise<number> {
  const { source } = openFile(path);
  const buffer = new Uint8Array(pieceBytes);
  const turns = new Turns(signal);
  try {
    for (let at = 0; at < source.size; ) {
      signal?.throwIfAborted();
      const got = source.read(at, buffer.subarray(0, Math.min(pieceBytes, source.size - at))) as number;
      if (got === 0) throw new Error(`${path} became shorter while it was read`);
      visit(buffer.subarray(0, got), at);
      at += got;
      await turns.due();
    }
    return source.size;
  } finally {
    source.close?.();
  }
}

/** Calls `visit` for each stretch of whole blocks in a piece that is not all zero. */
export function eachStretch(piece: Uint8Array, block: number, visit: (bytes: Uint8Array, from: number) => void): void {
  let start = -1;
  for (let at = 0; at < piece.length; at += block) {
    const zero = isAllZero(piece.subarray(at, at + block));
    if (!zero && start < 0) start = at;
    if (zero && start >= 0) {
      visit(piece.subarray(start, at), start);
      start = -1;
    }
  }
  if (start >= 0) visit(piece.subarray(start), start);
}

/** Reads a complete file. `block` is the unit in which space for a copy is allocated, in bytes. */
export async function survey(path: string, block: number, signal?: AbortSignal): Promise<Survey> {
  const hash = createHash('sha256');
  let dataBytes = 0;
  const count = (piece: Uint8Array) => {
    hash.update(piece);
    eachStretch(piece, block, ({ length }) => {
      dataBytes += Math.ceil(length / block) * block;
    });
  };
  const size = await eachPiece(path, count, signal);
  return { size, sha256: hash.digest('hex'), dataBytes };
}

/** The hash of a file, in hexadecimal. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await eachPiece(path, (piece) => hash.update(piece), signal);
  return hash.digest('hex');
}

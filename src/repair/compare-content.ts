/** Compares the contents of two files, and hashes them. */
import { createHash } from 'node:crypto';
import { catchImageError, ImageError } from '../view/error';
import type { Image } from '../view/image';

export interface FileIn {
  image: Image;
  inode: number;
}

/** Reads a file in pieces, and consumes them in any length. */
class Pieces {
  private rest: Uint8Array = new Uint8Array(0);
  /** The end of the file, or bytes that cannot be read, were reached. */
  ended = false;
  unreadable = false;
  private readonly source: AsyncGenerator<Uint8Array, void>;

  constructor({ image, inode }: FileIn, signal: AbortSignal | undefined) {
    this.source = image.readFile(inode, signal ? { signal } : {});
  }

  /** The bytes that are buffered, at least one unless it ended. */
  async peek(): Promise<Uint8Array> {
    while (this.rest.length === 0 && !this.ended) {
      try {
        const next = await this.source.next();
        if (next.done) this.ended = true;
        else this.rest = next.value;
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        this.ended = true;
        this.unreadable = true;
      }
    }
    return this.rest;
  }

  take(count: number): void {
    this.rest = this.rest.subarray(count);
  }

  async close(): Promise<void> {
    await this.source.return();
  }
}

/** Whether both files can be read to the end and are equal; stops at the first difference. `count` gets the bytes read. */
export async function sameContent(
  before: FileIn,
  after: FileIn,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const a = new Pieces(before, signal);
  const b = new Pieces(after, signal);
  try {
    for (;;) {
      const [left, right] = [await a.peek(), await b.peek()];
      const length = Math.min(left.length, right.length);
      if (length === 0) return left.length === right.length && !a.unreadable && !b.unreadable;
      count(2 * length);
      if (Buffer.compare(left.subarray(0, length), right.subarray(0, length)) !== 0) return false;
      a.take(length);
      b.take(length);
    }
  } finally {
    await a.close();
    await b.close();
  }
}

/** The hash of a file's content; null if it cannot be read to the end. */
export function contentHash(
  { image, inode }: FileIn,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  const hashAll = async () => {
    const hash = createHash('sha256');
    for await (const piece of image.readFile(inode, signal ? { signal } : {})) {
      hash.update(piece);
      count(piece.length);
    }
    return hash.digest('hex');
  };
  return catchImageError(hashAll, () => null);
}

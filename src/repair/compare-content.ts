/** Whether two files hold the same bytes, read side by side, and their hashes where they do not. */
import { createHash } from 'node:crypto';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';

/** Reads pieces as they come and hands them on in any length. */
class Pieces {
  private rest: Uint8Array = new Uint8Array(0);
  /** The end was reached, or bytes that cannot be had. */
  ended = false;
  unreadable = false;
  private readonly source: AsyncGenerator<Uint8Array, void>;

  constructor(image: Image, inode: number, signal: AbortSignal | undefined) {
    this.source = image.readFile(inode, signal ? { signal } : {});
  }

  /** What is at hand now, at least one byte unless it ended. */
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

/** Whether the files are readable to the end and alike; reads up to the first difference. `count` is told bytes read. */
export async function sameContent(
  before: { image: Image; inode: number },
  after: { image: Image; inode: number },
  count: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const a = new Pieces(before.image, before.inode, signal);
  const b = new Pieces(after.image, after.inode, signal);
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

/** The hash of a file's content; null when it cannot be read to the end. */
export async function contentHash(
  image: Image,
  inode: number,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of image.readFile(inode, signal ? { signal } : {})) {
      hash.update(piece);
      count(piece.length);
    }
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
  return hash.digest('hex');
}

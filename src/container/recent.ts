/** Keeps what was used most recently, up to a number of bytes. */
import { bytesWithin } from '../source/range';
import { type ByteSource, SourceError } from '../source/source';

/** Arrays by key; the least recently used one is dropped first. */
export class Recent {
  private readonly entries = new Map<number, Uint8Array>();
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  get(key: number): Uint8Array | undefined {
    const found = this.entries.get(key);
    if (found === undefined) return undefined;
    // a Map keeps the order of insertion
    this.entries.delete(key);
    this.entries.set(key, found);
    return found;
  }

  set(key: number, value: Uint8Array): void {
    this.bytes += value.length - (this.entries.get(key)?.length ?? 0);
    this.entries.delete(key);
    this.entries.set(key, value);
    for (const [oldest, dropped] of this.entries) {
      if (this.bytes <= this.mostBytes || oldest === key) return;
      this.entries.delete(oldest);
      this.bytes -= dropped.length;
    }
  }
}

/** Pieces of the tables of a container, read when they are needed. */
export class TableCache {
  private readonly recent: Recent;

  constructor(
    private readonly source: ByteSource,
    mostBytes = 2 ** 24,
  ) {
    this.recent = new Recent(mostBytes);
  }

  /**
   * The `length` bytes from `at`, which always have the same length for one `at`. A promise only where the source gives one.
   * @throws SourceError `what` is past the end, or cannot be read
   */
  get(at: number, length: number, what: string): Uint8Array | Promise<Uint8Array> {
    const known = this.recent.get(at);
    if (known !== undefined) return known;
    if (bytesWithin(this.source.size, at, length) < length)
      throw new SourceError(`${what} at byte ${at} is past the end of the ${this.source.size} bytes`, at, length);
    const bytes = new Uint8Array(length);
    const keep = (): Uint8Array => {
      this.recent.set(at, bytes);
      return bytes;
    };
    const read = this.source.read(at, bytes);
    return typeof read === 'number' ? keep() : read.then(keep);
  }
}

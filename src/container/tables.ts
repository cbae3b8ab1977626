/** Reads the headers and tables of virtual disks: whole records at once, and numbers of large tables by pieces. */
import { bytesWithin } from '../source/range';
import { type ByteSource, SourceError } from '../source/source';
import { damaged } from './error';
import { TableCache } from './recent';

/** Goes on with a value, at once where it is not a promise: reads of a file stay synchronous. */
export function after<T, U>(value: T | Promise<T>, use: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** The bytes as fields are read from. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The Latin-1 text of a few bytes, for signatures. */
export const signatureAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/**
 * The `length` bytes from `at`.
 * @throws ContainerError `what` is past the end
 */
export async function readRecord(source: ByteSource, at: number, length: number, what: string): Promise<Uint8Array> {
  if (at === 0 && source.size < length)
    throw damaged(`it has ${source.size} bytes, fewer than the ${length} of ${what}`);
  if (bytesWithin(source.size, at, length) < length)
    throw damaged(`${what} at byte ${at} is past the end of its ${source.size} bytes`);
  const bytes = new Uint8Array(length);
  const got = await source.read(at, bytes);
  if (got < length) throw new SourceError(`cannot read ${what} at byte ${at}`, at, length);
  return bytes;
}

/** Bytes of a piece: it starts at a multiple of this in the source, so its length follows from its place. */
const pieceBytes = 4096;

/** Numbers of tables that are too large for the memory. */
export class TableReader {
  private readonly cache: TableCache;

  constructor(
    private readonly source: ByteSource,
    mostBytes?: number,
  ) {
    this.cache = new TableCache(source, mostBytes);
  }

  /**
   * Calls `use` with a view of a piece and the place of byte `at` in it. An aligned number at `at` is in the view as a whole
   * unless it is past the end of the source, which `bytes` is for.
   * @throws SourceError
   */
  get<T>(at: number, bytes: number, what: string, use: (view: DataView, at: number) => T | Promise<T>): T | Promise<T> {
    if (bytesWithin(this.source.size, at, bytes) < bytes)
      throw new SourceError(`${what} at byte ${at} is past the end of the ${this.source.size} bytes`, at, bytes);
    const from = at - (at % pieceBytes);
    const piece = this.cache.get(from, Math.min(pieceBytes, this.source.size - from), what);
    return after(piece, (found) => use(viewOf(found), at - from));
  }
}

/** Text in UTF-16, up to the first NUL. */
export function utf16Text(bytes: Uint8Array, order: 'utf-16be' | 'utf-16le'): string {
  const text = new TextDecoder(order).decode(bytes.subarray(0, bytes.length & ~1));
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Whether two ranges have a byte in common. */
export const overlap = (a: number, aLength: number, b: number, bLength: number): boolean =>
  a < b + bLength && b < a + aLength;

/** The size of unpacked data by the fields of its compressed form. Only a hint: all of them can be wrong. */
import type { ByteSource } from '../source';
import type { PackedFormat } from './formats';

/** Length in bytes of the field that `gzipSize` reads, at the end of a gzip file. */
export const gzipSizeLength = 4;

/**
 * The decompressed size in bytes by the last four bytes of a gzip file. Only a hint: it is modulo 2^32, covers only the
 * last member, and is meaningless when the file is padded, truncated or manipulated.
 */
export function gzipSize(tail: Uint8Array): number {
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
}

/** The `length` bytes from `at`; null where there are fewer. */
async function bytesAt(source: ByteSource, at: number, length: number): Promise<DataView | null> {
  if (at < 0) return null;
  const bytes = new Uint8Array(length);
  return (await source.read(at, bytes)) === length ? new DataView(bytes.buffer) : null;
}

const exact = (value: number): number | null => (Number.isSafeInteger(value) ? value : null);

const uint64 = (view: DataView, at: number): number | null =>
  exact(view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));

/** Field sizes by the two upper bits of the descriptor, except that 0 means one byte in a single segment. */
async function zstdSize(source: ByteSource): Promise<number | null> {
  const bytes = new Uint8Array(18);
  const length = await source.read(0, bytes);
  const head = new DataView(bytes.buffer);
  if (head.getUint32(0, true) !== 0xfd2f_b528) return null;
  const descriptor = head.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  if (at + 2 ** (descriptor >>> 6) > length) return null;
  switch (descriptor >>> 6) {
    case 0:
      return isSingle ? head.getUint8(at) : null;
    case 1:
      return head.getUint16(at, true) + 256;
    case 2:
      return head.getUint32(at, true);
    default:
      return uint64(head, at);
  }
}

async function lz4Size(source: ByteSource): Promise<number | null> {
  const head = await bytesAt(source, 0, 14);
  if (head === null || head.getUint32(0, true) !== 0x184d_2204) return null;
  return (head.getUint8(4) & 0x08) === 0 ? null : uint64(head, 6);
}

async function lzmaSize(source: ByteSource): Promise<number | null> {
  const head = await bytesAt(source, 5, 8);
  return head && uint64(head, 0);
}

/** Reads the numbers of an index of xz: seven bits in each byte, the lowest first, the upper bit set if more follow. */
class Numbers {
  constructor(
    private readonly view: DataView,
    private at: number,
  ) {}

  /** NaN at the end and for a number that is too large. */
  next(): number {
    let value = 0;
    for (let scale = 1; this.at < this.view.byteLength && scale <= 2 ** 56; scale *= 128) {
      const byte = this.view.getUint8(this.at++);
      value += (byte & 127) * scale;
      if (byte < 128) return exact(value) ?? Number.NaN;
    }
    return Number.NaN;
  }
}

/** An index of a stream that is larger, or more streams, are not read: it is only a hint. */
const mostIndexBytes = 2 ** 20;
const mostStreams = 256;
const xzFooterLength = 12;

/** Where a stream of xz starts that ends at `end`, and the size of what is in it. */
async function xzStreamBefore(source: ByteSource, end: number): Promise<{ start: number; size: number } | null> {
  const footer = await bytesAt(source, end - xzFooterLength, xzFooterLength);
  if (footer === null || footer.getUint16(10) !== 0x595a) return null;
  const indexLength = (footer.getUint32(4, true) + 1) * 4;
  if (indexLength > mostIndexBytes) return null;
  const index = await bytesAt(source, end - xzFooterLength - indexLength, indexLength);
  if (index === null || index.getUint8(0) !== 0) return null;
  const numbers = new Numbers(index, 1);
  let packed = 0;
  let size = 0;
  for (let left = numbers.next(); left !== 0; left--) {
    packed += Math.ceil(numbers.next() / 4) * 4;
    size += numbers.next();
    // also where a number could not be read
    if (!(packed <= end && Number.isSafeInteger(size))) return null;
  }
  return { start: end - 2 * xzFooterLength - indexLength - packed, size };
}

async function xzSize(source: ByteSource): Promise<number | null> {
  let total = 0;
  let end = source.size;
  for (let streams = 0; end > 0; streams++) {
    if (streams === mostStreams) return null;
    const last = await bytesAt(source, end - 4, 4);
    if (last?.getUint32(0) === 0) {
      // padding between streams
      end -= 4;
      continue;
    }
    const stream = await xzStreamBefore(source, end);
    if (stream === null || stream.start < 0) return null;
    total += stream.size;
    end = stream.start;
  }
  return end === 0 ? exact(total) : null;
}

/** How many bytes `source` states that it unpacks to; null if it does not. */
export async function statedSize(format: PackedFormat, source: ByteSource): Promise<number | null> {
  switch (format) {
    case 'gzip': {
      const tail = await bytesAt(source, Math.max(0, source.size - gzipSizeLength), gzipSizeLength);
      return tail && gzipSize(new Uint8Array(tail.buffer));
    }
    case 'xz':
      return xzSize(source);
    case 'lzma':
      return lzmaSize(source);
    case 'zstd':
      return zstdSize(source);
    case 'lz4':
      return lz4Size(source);
    case 'bzip2':
      return null;
  }
}

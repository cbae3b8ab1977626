/** Checks packed data by its frames, without unpacking it: each frame must be followed by another one or a valid end. */

import { crc32le } from '../../bytes/crc32le';
import type { ByteStream } from '../byte-stream';
import type { Compression } from './compression';

/** What is wrong, as a clause; null if the data has a valid end, after which the stream then is. */
export type FrameResult = string | null;

const le32 = (bytes: Uint8Array, at = 0): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

const cut = 'it is truncated';

/** Zstandard, RFC 8878: one frame, or a skippable one. */
async function zstd(stream: ByteStream): Promise<FrameResult> {
  const magic = await stream.take(4);
  const descriptor = (await stream.take(1))?.[0];
  if (magic === null || descriptor === undefined) return cut;
  if ((descriptor & 0x08) !== 0) return 'the header of a frame has a reserved bit set';
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  if (!(await stream.skip((single ? 0 : 1) + dictionaryBytes + sizeBytes))) return cut;
  for (let last = false; !last; ) {
    const at = stream.position;
    const header = await stream.take(3);
    if (header === null) return cut;
    const word = header[0]! | (header[1]! << 8) | (header[2]! << 16);
    const [type, size] = [(word >> 1) & 3, word >> 3];
    last = (word & 1) !== 0;
    if (type === 3 || (type !== 1 && size > 128 * 1024) || (type === 2 && size < 3))
      return `the block at byte ${at} has an invalid header`;
    if (!(await stream.skip(type === 1 ? 1 : size))) return cut;
  }
  return (descriptor & 4) === 0 || (await stream.skip(4)) ? null : cut;
}

/** A variable-length integer of xz, 7 bits per byte; -1 if it is invalid. `next` is the offset after it. */
function vli(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0) return { value, next: at + i + 1 };
  }
  return { value: -1, next: at };
}

/** The chunks of LZMA2, the last filter of all blocks that kernels unpack. */
async function lzma2(stream: ByteStream): Promise<FrameResult> {
  for (;;) {
    const at = stream.position;
    const control = (await stream.take(1))?.[0];
    if (control === undefined) return cut;
    if (control === 0) return null;
    if (control > 2 && control < 0x80) return `the chunk at byte ${at} has an unknown type`;
    const plain = control < 0x80;
    const sizes = await stream.take(plain ? 2 : 4);
    if (sizes === null) return cut;
    const size = plain ? ((sizes[0]! << 8) | sizes[1]!) + 1 : ((sizes[2]! << 8) | sizes[3]!) + 1;
    if (!(await stream.skip(size + (control >= 0xc0 ? 1 : 0)))) return cut;
  }
}

/** A block whose header starts with `size`: its length is four times `size` + 1. */
async function xzBlock(stream: ByteStream, size: number, check: number): Promise<FrameResult> {
  const start = stream.position;
  const header = await stream.take((size + 1) * 4);
  if (header === null) return cut;
  const body = header.length - 4;
  if (crc32le(0, header.subarray(0, body)) !== le32(header, body)) return 'the header of a block has a wrong checksum';
  let at = 2;
  if ((header[1]! & 0x40) !== 0) at = vli(header, at).next;
  if ((header[1]! & 0x80) !== 0) at = vli(header, at).next;
  const filters = (header[1]! & 3) + 1;
  let id = -1;
  for (let i = 0; i < filters; i++) {
    const [filter, properties] = [vli(header, at), vli(header, vli(header, at).next)];
    id = filter.value;
    at = properties.next + Math.max(0, properties.value);
  }
  if (id !== 0x21) return 'a block uses a filter that kernels do not support';
  const fault = await lzma2(stream);
  if (fault !== null) return fault;
  const padding = -(stream.position - start) & 3;
  const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][check]!;
  return (await stream.skip(padding + checkBytes)) ? null : cut;
}

/** One stream of xz: header, blocks, index, footer. */
async function xz(stream: ByteStream): Promise<FrameResult> {
  const header = await stream.take(12);
  if (header === null) return cut;
  const flags = Uint8Array.from(header.subarray(6, 8));
  if (crc32le(0, flags) !== le32(header, 8)) return 'the header of the xz stream has a wrong checksum';
  for (;;) {
    const size = (await stream.peek(1))[0];
    if (size === undefined) return cut;
    if (size === 0) break;
    const fault = await xzBlock(stream, size, flags[1]! & 15);
    if (fault !== null) return fault;
  }
  const indexAt = stream.position;
  const fault = await xzIndex(stream);
  if (fault !== null) return fault;
  const indexSize = stream.position - indexAt;
  const footer = await stream.take(12);
  if (footer === null) return cut;
  if (footer[10] !== 0x59 || footer[11] !== 0x5a || le32(footer) !== crc32le(0, footer.subarray(4, 10)))
    return 'the end of the xz stream is damaged';
  return (le32(footer, 4) + 1) * 4 === indexSize ? null : 'the end of the xz stream does not match its index';
}

async function xzIndex(stream: ByteStream): Promise<FrameResult> {
  const start = stream.position;
  let crc = 0;
  const byte = async (): Promise<number> => {
    const got = await stream.take(1);
    if (got === null) return -1;
    crc = crc32le(crc, got);
    return got[0]!;
  };
  const number = async (): Promise<number> => {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      const got = await byte();
      if (got < 0) return -1;
      value += (got & 0x7f) * 2 ** (7 * i);
      if ((got & 0x80) === 0) return value;
    }
    return -1;
  };
  await byte();
  const records = await number();
  for (let i = 0; i < records * 2; i++) if ((await number()) < 0) return 'the index of the xz stream is damaged';
  while (((stream.position - start) & 3) !== 0)
    if ((await byte()) !== 0) return 'the index of the xz stream is damaged';
  const stored = await stream.take(4);
  if (stored === null) return cut;
  return records >= 0 && le32(stored) === crc ? null : 'the index of the xz stream is damaged';
}

/** The legacy format of lz4, the only one that kernels unpack: packed blocks of 8 MiB up to the end of the data. */
async function lz4(stream: ByteStream): Promise<FrameResult> {
  await stream.skip(4);
  for (let blocks = 0; ; blocks++) {
    const at = stream.position;
    const size = await stream.peek(4);
    // there is no end mark: the end, zeros that pad, or the magic number of the next archive follow
    if (size.length < 4 || le32(size) === 0 || le32(size) > 8 * 1024 * 1024 + 65536)
      return blocks > 0 ? null : `the block at byte ${at} has an invalid size`;
    await stream.skip(4);
    if (!(await stream.skip(le32(size)))) return cut;
  }
}

/** LZMA has no frames: only its header and the start of its data are checked. It extends to the end. */
async function lzma(stream: ByteStream): Promise<FrameResult> {
  const header = await stream.take(13);
  if (header === null) return cut;
  if (header[0]! >= 225) return 'its lzma header is invalid';
  if ((await stream.peek(1))[0] !== 0) return 'the first byte of its lzma data is invalid';
  return readToEnd(stream);
}

/** Bzip2 has blocks at any bit: its header, that of its first block, and its end mark in the last bytes are checked. */
async function bzip2(stream: ByteStream): Promise<FrameResult> {
  const header = await stream.take(10);
  if (header === null) return cut;
  const first = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59].every((byte, i) => header[4 + i] === byte);
  if (header[3]! < 0x31 || header[3]! > 0x39 || !first) return 'its bzip2 header is invalid';
  let tail = new Uint8Array(0);
  for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
    const joined = new Uint8Array(tail.length + Math.min(piece.length, 64));
    joined.set(tail);
    joined.set(piece.subarray(-64), tail.length);
    tail = joined.slice(-64);
  }
  let bits = '';
  for (const byte of tail) bits += byte.toString(2).padStart(8, '0');
  return bits.includes('000101110111001001000101001110000101000010010000') ? null : 'its bzip2 data has no end';
}

async function readToEnd(stream: ByteStream): Promise<FrameResult> {
  await stream.skipAll();
  return null;
}

const checkers: Readonly<Record<Compression, (stream: ByteStream) => Promise<FrameResult>>> = {
  gzip: readToEnd,
  zstd,
  xz,
  lz4,
  'lz4-frame': async () => 'it is in the frame format of lz4, but kernels unpack the legacy format only (lz4 -l)',
  lzma,
  bzip2,
  lzo: readToEnd,
};

/** Whether the frames show where the data ends; otherwise it extends to the end of the file. */
export const hasEnd = (compression: Compression): boolean => !['gzip', 'lzma', 'bzip2', 'lzo'].includes(compression);

/** Checks data of this format, which starts with its magic number. */
export const checkFrames = (compression: Compression, stream: ByteStream): Promise<FrameResult> =>
  checkers[compression](stream);

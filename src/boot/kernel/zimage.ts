/** The header of a zImage for ARM, and where the packed kernel in it is: head.S and vmlinux.lds.S of arch/arm/boot/compressed. */
import { crc32le } from '../../bytes/crc32le';
import { type Compression, compressionOf } from '../initramfs/compression';

/** The facts in the header. */
export interface ZImage {
  /** Bytes of the image; a device tree may follow. */
  length: number;
  /** The packed kernel; null if it was not found. `framed` is its length without the size after it, if that is known. */
  payload: { at: number; length: number; compression: Compression | null; framed?: number } | null;
}

const magic = 0x016f2818;
const tableMagic = 0x45454545;
/** KLSZ, the tag that refers to the size of the kernel after unpacking, which is stored after the packed data. */
const sizeTag = 0x5a534c4b;
const headerLength = 0x40;
/** Bytes after the packed data that kernels before 4.15 may have, which have no table: addresses and data of the EFI stub. */
const tailLength = 16 * 1024;
/** The formats that the configuration of a kernel for ARM offers. */
const formats: readonly (Compression | null)[] = ['gzip', 'lzma', 'xz', 'lzo', 'lz4'];

/** Reads the header in the first bytes of a file; null if it is not a zImage. */
export function readZImage(bytes: Uint8Array, view: DataView): ZImage | null {
  if (view.byteLength < headerLength) return null;
  const little = view.getUint32(0x24, true) === magic;
  if (!little && view.getUint32(0x24, false) !== magic) return null;
  const word = (at: number) => view.getUint32(at, little);
  const length = word(0x2c) - word(0x28);
  if (length < headerLength) return null;
  const table = word(0x34) === tableMagic ? readTable(view, word, word(0x38)) : null;
  const known = table !== null && table.packedEnd > table.end && table.packedEnd <= length ? table : null;
  const end = known?.packedEnd ?? length - tailLength;
  const found = findPacked(bytes, known?.end ?? headerLength, end);
  if (found === null && known === null) return { length, payload: null };
  const { at, compression } = found ?? { at: known!.end, compression: null };
  const payload = { at, length: end - at, compression, ...(known !== null && { framed: end - 4 - at }) };
  return { length, payload };
}

/** The table of tags: each has its length in words, its name, and data. */
function readTable(view: DataView, word: (at: number) => number, from: number) {
  for (let at = from; at + 16 <= view.byteLength; ) {
    const length = word(at) * 4;
    if (length < 8) return null;
    // the offset of the size, which is the last word of the packed data; early tables have a wrong length here
    if (word(at + 4) === sizeTag) return { end: at + 16, packedEnd: word(at + 8) + 4 };
    at += length;
  }
  return null;
}

/** The last place in the first bytes where packed data begins: the code before it may contain magic numbers. */
function findPacked(bytes: Uint8Array, from: number, to: number): { at: number; compression: Compression } | null {
  for (let at = Math.min(to, bytes.length) - 20; at >= from; at--) {
    const compression = compressionOf(bytes.subarray(at, at + 9));
    if (compression !== null && formats.includes(compression) && isHeader(compression, bytes, at, to))
      return { at, compression };
  }
  return null;
}

/** Whether the header after a magic number is one that the build of a kernel writes. */
function isHeader(compression: Compression, bytes: Uint8Array, at: number, to: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 20);
  switch (compression) {
    case 'gzip': // deflate without a name, at the highest level or the default one
      return view.getUint32(0, false) === 0x1f8b0800 && [0, 2, 4].includes(bytes[at + 8]!);
    case 'lzma': // the size is unknown
      return view.getUint32(5, true) === 0xffffffff && view.getUint32(9, true) === 0xffffffff;
    case 'xz':
      return crc32le(0, bytes.subarray(at + 6, at + 8)) === view.getUint32(8, true);
    case 'lz4': {
      const block = view.getUint32(4, true);
      return block > 0 && block <= 8 * 1024 * 1024 + 65536 && at + 8 + block <= to;
    }
    default:
      return true;
  }
}

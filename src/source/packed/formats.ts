/** Recognises compressed data by its first bytes. */
import type { ByteSource } from '../source';

export type PackedFormat = 'gzip' | 'xz' | 'lzma' | 'bzip2' | 'lz4' | 'zstd';

/** Number of bytes that `magicOf` needs. */
export const magicLength = 14;

const startsWith = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);

/** A block of bzip2 begins with the digits of pi, and the end of an empty file with those of its root. */
const isBzip2 = (head: Uint8Array): boolean =>
  startsWith(head, 0x42, 0x5a, 0x68) &&
  head[3]! >= 0x31 &&
  head[3]! <= 0x39 &&
  (startsWith(head.subarray(4), 0x31, 0x41, 0x59, 0x26, 0x53, 0x59) ||
    startsWith(head.subarray(4), 0x17, 0x72, 0x45, 0x38, 0x50, 0x90));

/**
 * The format of `.lzma` files has no magic: only the properties that all tools write, a dictionary of a usual size, a
 * credible length and the zero with which the coded data begins. The tests are those that make `xz` accept a file.
 */
function isLzma(head: Uint8Array): boolean {
  if (head.length < magicLength || head[0] !== 0x5d || head[13] !== 0) return false;
  const fields = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const dictionary = fields.getUint32(1, true);
  const lowest = dictionary & -dictionary;
  const isUsual = dictionary === 0xffff_ffff || dictionary === lowest >>> 0 || dictionary === (lowest >>> 0) * 3;
  const high = fields.getUint32(9, true);
  const isUnknown = high === 0xffff_ffff && fields.getUint32(5, true) === 0xffff_ffff;
  return dictionary >= 4096 && isUsual && (isUnknown || high < 2 ** 6);
}

/** What starts with these bytes. A skippable frame may begin a file of zstd or of lz4. */
export function magicOf(head: Uint8Array): PackedFormat | 'skippable' | null {
  if (startsWith(head, 0x1f, 0x8b, 0x08)) return 'gzip';
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  // the second one is the older format, which kernels use
  if (startsWith(head, 0x04, 0x22, 0x4d, 0x18) || startsWith(head, 0x02, 0x21, 0x4c, 0x18)) return 'lz4';
  if (head.length >= 8 && (head[0]! & 0xf0) === 0x50 && startsWith(head.subarray(1), 0x2a, 0x4d, 0x18))
    return 'skippable';
  if (isBzip2(head)) return 'bzip2';
  return isLzma(head) ? 'lzma' : null;
}

/** Skippable frames after which the search for another one ends. */
const mostSkipped = 16;

/**
 * The compression of a source; null for none. `more` says that `source` is only the start of a stream: skippable frames
 * that are longer are then taken for zstd, because lz4 does not write any.
 */
export async function formatOf(source: ByteSource, more = false): Promise<PackedFormat | null> {
  for (let at = 0, skipped = 0; skipped <= mostSkipped; skipped++) {
    const head = new Uint8Array(magicLength);
    const length = await source.read(at, head);
    const magic = magicOf(head.subarray(0, length));
    if (magic !== 'skippable') {
      if (skipped > 0 && more && length < 8) return 'zstd';
      return skipped === 0 || magic === 'zstd' || magic === 'lz4' ? magic : null;
    }
    at += 8 + new DataView(head.buffer).getUint32(4, true);
  }
  return null;
}

/** Tests of formats whose magic bytes are too few to be believed alone. Each is called where those bytes were found. */
import { crc32le } from '../../bytes/crc32le';
import { hasText, viewOf } from './bytes';

/** The 13 bytes of an LZMA header: a usual dictionary, a plausible size, and the first byte of data, which is always 0. */
export function isLzma(bytes: Uint8Array): boolean {
  if (bytes.length < 14) return false;
  const view = viewOf(bytes);
  const dictionary = view.getUint32(1, true);
  // 2^n, or 2^n + 2^(n-1)
  const isUsual = [dictionary, (dictionary / 3) * 2].some((size) => size >= 4096 && Number.isInteger(Math.log2(size)));
  const [low, high] = [view.getUint32(5, true), view.getUint32(9, true)];
  const isUnknown = low === 0xffffffff && high === 0xffffffff;
  return isUsual && (isUnknown || high < 2 ** 8) && bytes[13] === 0;
}

/** The packed list of names in a ZFS label begins with the version. */
export const isZfs = (bytes: Uint8Array): boolean => hasText(bytes, 0x4014, '\0\0\0\x07version');

export const isCramfs = (bytes: Uint8Array): boolean => hasText(bytes, 16, 'Compressed ROMFS');

/** The checksum of the header of the first node: CRC-32 that is not inverted, from 0. */
export function isJffs2(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  return ~crc32le(0xffffffff, bytes.subarray(0, 8)) >>> 0 === viewOf(bytes).getUint32(8, true);
}

/** The bitmaps of a minix file system, versions 1 and 2, have as many blocks as its inodes and zones need. */
export function isMinix(bytes: Uint8Array): boolean {
  if (bytes.length < 2048) return false;
  const view = viewOf(bytes);
  const half = (at: number) => view.getUint16(1024 + at, true);
  const isFirst = half(16) < 0x2000;
  const [inodes, inodeBlocks, zoneBlocks, firstZone] = [half(0), half(4), half(6), half(8)];
  const zones = isFirst ? half(2) : view.getUint32(1024 + 20, true);
  const perBlock = 8192;
  const tables = Math.ceil((inodes * (isFirst ? 32 : 64)) / 1024);
  return (
    inodes > 0 &&
    inodeBlocks === Math.ceil((inodes + 1) / perBlock) &&
    Math.abs(zoneBlocks - Math.ceil((zones - firstZone + 1) / perBlock)) <= 1 &&
    firstZone === 2 + inodeBlocks + zoneBlocks + tables &&
    half(10) === 0
  );
}

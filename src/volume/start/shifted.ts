/** Finds an ext file system or a disk that starts at another byte than the image, or whose first bytes are missing. */
import { superblockOffset, superblockSize } from '../../layout/superblock';
import type { ByteSource } from '../../source/source';
import { extType } from '../ext-type';
import { type Geometry, groupHead } from '../geometry';
import { bytesAt, viewOf } from './bytes';
import { primaryIn, superblockIn } from './ext';
import { hasText } from './signatures';

export interface Shifted {
  /** Type of the file system, or `GPT`. */
  name: string;
  /** First byte in the image; negative if so many bytes are missing. */
  startsAt: number;
}

const mebibyte = 2 ** 20;
const magicAt = 0x38;

/** Byte offsets of what may be superblocks in `bytes`. */
function* magics(bytes: Uint8Array): Generator<number> {
  for (let at = bytes.indexOf(0x53, magicAt); at >= 0; at = bytes.indexOf(0x53, at + 1))
    if (bytes[at + 1] === 0xef) yield at - magicAt;
}

/** Where the file system starts whose superblock is at byte `at`. */
function startOf(geometry: Geometry, at: number): number {
  const group = geometry.sb.s_block_group_nr;
  return at - (group === 0 ? superblockOffset : groupHead(geometry, group).superBlock * geometry.blockSize);
}

/** The first file system whose superblock is in `bytes`, which begin at byte `from` of the image. */
function inBytes(bytes: Uint8Array, from: number): Shifted | null {
  for (const at of magics(bytes)) {
    const geometry = superblockIn(bytes, at);
    if (geometry === null) continue;
    const group = geometry.sb.s_block_group_nr;
    if (group > 0 && (group >= geometry.groupCount || groupHead(geometry, group).superBlock < 0)) continue;
    const startsAt = startOf(geometry, from + at);
    if (startsAt !== 0) return { name: extType(geometry), startsAt };
  }
  return null;
}

/** Megabytes at which partitions often start. */
const likely = [
  ...Array.from({ length: 64 }, (_, i) => i + 1),
  100,
  128,
  200,
  256,
  257,
  500,
  512,
  513,
  1024,
  1025,
  2048,
];
/** Positions of the first backup with blocks of 1, 2 and 4 KiB, and how far around them a superblock is looked for. */
const backups = [8 * mebibyte + 1024, 32 * mebibyte, 128 * mebibyte];
const around = mebibyte;

/**
 * `head` is the first MiB. After it only the usual starts of partitions and the surroundings of the first backups are
 * searched.
 */
export async function findShifted(source: ByteSource, head: Uint8Array): Promise<Shifted | null> {
  const inHead = inBytes(head, 0) ?? diskIn(head);
  if (inHead !== null) return inHead;
  for (const start of likely.map((count) => count * mebibyte)) {
    if (start >= source.size) break;
    const geometry = primaryIn(await bytesAt(source, start + superblockOffset, superblockSize), 0);
    if (geometry !== null) return { name: extType(geometry), startsAt: start };
  }
  for (const place of backups) {
    const from = place - around;
    if (from >= source.size) break;
    const found = inBytes(await bytesAt(source, from, 2 * around), from);
    if (found !== null) return found;
  }
  return null;
}

/** Where the header of a GPT is with sectors of 512 and 4096 bytes. */
const headerPlaces = new Set([512, 4096]);

/** A GPT whose header is not in the second sector of the image. */
function diskIn(head: Uint8Array): Shifted | null {
  const view = viewOf(head);
  for (let at = 0; at + 512 <= head.length; at += 512) {
    if (headerPlaces.has(at) || !hasText(head, at, 'EFI PART') || view.getUint32(at + 24, true) !== 1) continue;
    return { name: 'GPT', startsAt: at - 512 };
  }
  return null;
}

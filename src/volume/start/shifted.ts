/** Finds an ext file system or a disk that starts at another byte than the image, or whose first bytes are missing. */
import { superblockOffset, superblockSize } from '../../layout/superblock';
import { sliceSource } from '../../source/slice';
import type { ByteSource } from '../../source/source';
import { extType } from '../ext-type';
import { type Geometry, groupHead } from '../geometry';
import { readGroups } from '../groups';
import { isPlausible } from '../plausible';
import { hasRootDirectory } from '../root';
import { Volume } from '../volume';
import { bytesAt, viewOf } from './bytes';
import { primaryIn, superblockIn } from './ext';
import { isGptHeader } from './gpt';

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

/** `source` from byte `start` on; before its first byte, if `start` is negative, there are zeros. */
function from(source: ByteSource, start: number): ByteSource {
  if (start >= 0) return sliceSource(source, start);
  return {
    size: source.size - start,
    read(at, into) {
      const missing = Math.min(into.length, Math.max(0, -start - at));
      into.fill(0, 0, missing);
      if (missing === into.length) return missing;
      const read = source.read(Math.max(0, at + start), into.subarray(missing));
      return typeof read === 'number' ? missing + read : read.then((count) => missing + count);
    },
  };
}

/** Superblocks that are tried: copies of the primary one are in the journal, and others in images inside the image. */
const maxCandidates = 100;

class Search {
  private left = maxCandidates;

  constructor(private readonly source: ByteSource) {}

  /**
   * The file system whose superblock, at byte `at`, is `geometry`. Its descriptors must lead to a root directory, because
   * the superblock may be a copy in a journal. A backup with its number is none, and where it proves that the first bytes
   * are missing, the root directory may be among them.
   */
  private async verify(geometry: Geometry, at: number): Promise<Shifted | null> {
    const group = geometry.sb.s_block_group_nr;
    const { superBlock } = group < geometry.groupCount ? groupHead(geometry, group) : { superBlock: -1 };
    if (superBlock < 0) return null;
    const startsAt = at - (group === 0 ? superblockOffset : superBlock * geometry.blockSize);
    if (startsAt === 0 || startsAt >= this.source.size || this.left-- <= 0) return null;
    const part = from(this.source, startsAt);
    if (!isPlausible(geometry, part)) return null;
    const found = { name: extType(geometry), startsAt };
    if (group > 0 && startsAt < 0) return found;
    const volume = new Volume(part, geometry);
    const groups = await readGroups(volume, group === 0 ? geometry.firstDataBlock : superBlock);
    return (await hasRootDirectory({ volume, groups })) ? found : null;
  }

  /** The first file system whose superblock is in `bytes`, which begin at byte `first` of the image. */
  async inBytes(bytes: Uint8Array, first: number): Promise<Shifted | null> {
    for (const at of magics(bytes)) {
      const geometry = superblockIn(bytes, at);
      const found = geometry && (await this.verify(geometry, first + at));
      if (found) return found;
    }
    return null;
  }

  /** The file system that starts at byte `start`. */
  async at(start: number): Promise<Shifted | null> {
    const geometry = primaryIn(await bytesAt(this.source, start + superblockOffset, superblockSize), 0);
    return geometry && this.verify(geometry, start + superblockOffset);
  }
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
  const search = new Search(source);
  const inHead = (await search.inBytes(head, 0)) ?? diskIn(head);
  if (inHead !== null) return inHead;
  for (const start of likely.map((count) => count * mebibyte)) {
    if (start >= source.size) break;
    const found = await search.at(start);
    if (found !== null) return found;
  }
  for (const place of backups) {
    const first = place - around;
    if (first >= source.size) break;
    const found = await search.inBytes(await bytesAt(source, first, 2 * around), first);
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
    if (headerPlaces.has(at) || !isGptHeader(head.subarray(at, at + 512)) || view.getUint32(at + 24, true) !== 1)
      continue;
    return { name: 'GPT', startsAt: at - 512 };
  }
  return null;
}

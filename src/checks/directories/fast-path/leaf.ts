/** Tests of a directory block that need only its bytes: its checksum, and the hashes of its names. */
import { crc32cSigned } from '../../../bytes/crc32c';
import { dirHash } from '../../../bytes/dirhash';
import { direntHeaderSize, direntTailSize } from '../../../layout/dirent';

/** Bytes of the shortest record, which '.' and usually '..' have. */
export const shortestRecord = 12;
/** Length and type of a checksum tail. */
const tailHead = direntTailSize | (0xde << 24);

/**
 * Whether the block at byte `at` ends with a tail and its checksum, which starts from `seed`. `words` are those of
 * `bytes`.
 */
export function tailGood(words: Int32Array, bytes: Uint8Array, at: number, blockSize: number, seed: number): boolean {
  const end = at + blockSize - direntTailSize;
  const tail = end >> 2;
  if (words[tail] !== 0 || words[tail + 1] !== tailHead) return false;
  return crc32cSigned(seed, bytes, at, end) === words[tail + 2];
}

export class LeafHashes {
  /** Bounds of the last hashes; crossed if there are none. */
  least = 0xffffffff;
  most = 0;

  /** @param seed see `dirHash` */
  constructor(private readonly seed: Uint32Array) {}

  /** Hashes the names between bytes `at` and `end`; false if records do not follow each other. */
  hash(version: number, words: Int32Array, bytes: Uint8Array, at: number, end: number): boolean {
    let least = 0xffffffff;
    let most = 0;
    for (let entry = at; entry < end; ) {
      const word = entry >> 2;
      const head = words[word + 1]!;
      const recLen = head & 0xffff;
      const nameLength = (head >>> 16) & 0xff;
      if (recLen < shortestRecord || (recLen & 3) !== 0 || entry + recLen > end) return false;
      if (recLen < direntHeaderSize + nameLength) return false;
      if (words[word] !== 0) {
        const name = entry + direntHeaderSize;
        const hash = dirHash(version, bytes, name, name + nameLength, this.seed);
        if (hash < least) least = hash;
        if (hash > most) most = hash;
      }
      entry += recLen;
    }
    this.least = least;
    this.most = most;
    return true;
  }
}

/** Digests blocks with their salt, on the lanes of a platform or on this thread alone. */
import { isAllZero } from '../../bytes/bitmap';
import type { ShaStream } from '../../bytes/sha-stream';
import { Sha1 } from '../../bytes/sha1';
import { Sha256 } from '../../bytes/sha256';
import { Sha512 } from '../../bytes/sha512';
import {
  bufferBytes,
  type DigestLane,
  type DigestName,
  type Digests,
  firstPart,
  lastPart,
  maskOf,
  partWords,
} from '../../platform/digests';
import type { VerityTree } from './format';

const makers: Partial<Record<DigestName, () => ShaStream>> = {
  sha1: () => new Sha1(),
  sha224: () => new Sha256(28),
  sha256: () => new Sha256(),
  sha384: () => new Sha512(48),
  sha512: () => new Sha512(),
};

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A lane on this thread, for platforms without digests of their own. */
function ownLane(algorithm: DigestName): DigestLane {
  const buffer = new Uint8Array(bufferBytes);
  const hash = makers[algorithm]!();
  return {
    buffer,
    run(parts) {
      const results: string[] = [];
      for (let i = 0; i < parts.length; i += partWords)
        results.push(
          hexOf(
            hash
              .reset()
              .update(buffer, parts[i]!, parts[i]! + parts[i + 1]!)
              .digest(),
          ),
        );
      return results;
    },
  };
}

/** Lanes for the hashes of a tree, until `close`. */
export interface VerityLanes {
  lanes: readonly DigestLane[];
  close(): void | Promise<void>;
}

export function openLanes(tree: VerityTree, digests: Digests | undefined): VerityLanes {
  const { algorithm, dataBlocks, dataBlockSize } = tree;
  if (digests?.knows(algorithm)) return digests.open(dataBlocks * dataBlockSize);
  return { lanes: [ownLane(algorithm)], close: () => {} };
}

/** Digests blocks of one size, and skips those of zeros, whose digest is known. */
export class BlockHasher {
  /** Most blocks that are hashed together. */
  readonly perRun: number;
  private readonly mask: number;
  private readonly stride: number;
  private zeroDigest: string | undefined;

  constructor(
    private readonly tree: VerityTree,
    private readonly blockSize: number,
  ) {
    this.stride = tree.salt.length + blockSize;
    this.perRun = Math.max(1, Math.floor(bufferBytes / this.stride));
    this.mask = maskOf([tree.algorithm]) | firstPart | lastPart;
  }

  private put(lane: DigestLane, index: number, block: Uint8Array): number {
    const { salt, hashType } = this.tree;
    const at = index * this.stride;
    lane.buffer.set(salt, hashType === 0 ? at + block.length : at);
    lane.buffer.set(block, hashType === 0 ? at : at + salt.length);
    return at;
  }

  /** Computes what is needed once. */
  async prepare(lane: DigestLane): Promise<void> {
    const at = this.put(lane, 0, new Uint8Array(this.blockSize));
    [this.zeroDigest] = await lane.run(Float64Array.of(at, this.stride, this.mask));
  }

  /** The digests of the first `count` blocks in `bytes`, at most `perRun`, with whether each is zero. */
  async run(lane: DigestLane, bytes: Uint8Array, count: number): Promise<{ digests: string[]; zero: boolean[] }> {
    const { blockSize } = this;
    const zero: boolean[] = [];
    const parts = new Float64Array(count * partWords);
    let used = 0;
    for (let i = 0; i < count; i++) {
      const isZero = isAllZero(bytes, i * blockSize, (i + 1) * blockSize);
      zero.push(isZero);
      if (isZero) continue;
      const at = this.put(lane, used, bytes.subarray(i * blockSize, (i + 1) * blockSize));
      parts.set([at, this.stride, this.mask], used * partWords);
      used++;
    }
    const computed = used === 0 ? [] : await lane.run(parts.subarray(0, used * partWords));
    let next = 0;
    return { digests: zero.map((isZero) => (isZero ? this.zeroDigest! : computed[next++]!)), zero };
  }
}

const digitOf = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);

/** Whether hexadecimal text is that of the bytes at `at`. */
export function isDigestAt(hex: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < hex.length; i += 2)
    if (bytes[at + i / 2] !== ((digitOf(hex.charCodeAt(i)) << 4) | digitOf(hex.charCodeAt(i + 1)))) return false;
  return true;
}

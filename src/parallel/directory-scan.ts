/**
 * The helper thread's share of directory blocks: it goes over them from the last one, while the directory pass comes from
 * the first. Checksums and hashes of names need nothing but the block. What it is not sure of it leaves to the pass, which
 * looks at every block anyway.
 */
import { littleEndian } from '../bytes/words';
import { LeafHashes, tailGood } from '../checks/directories/fast-path/leaf';
import { direntTailSize } from '../layout/dirent';
import { alignedBuffer } from '../source/aligned';
import type { SyncSource } from '../source/source';
import { gapBytes, windowBytes } from '../volume/block-windows';
import type { DirectoryJob } from './protocol';

class DirectoryBlockScan {
  private readonly arena: Uint8Array;
  private readonly words: Int32Array;
  private readonly hashes: LeafHashes;
  /** Bytes of a block before its checksum. */
  private readonly end: number;

  constructor(
    private readonly source: SyncSource,
    private readonly job: DirectoryJob,
  ) {
    const { blockSize, checksums, hashSeed } = job;
    this.arena = alignedBuffer(Math.max(windowBytes, blockSize));
    this.words = new Int32Array(this.arena.buffer, this.arena.byteOffset, this.arena.length >> 2);
    this.hashes = new LeafHashes(hashSeed);
    this.end = checksums ? blockSize - direntTailSize : blockSize;
  }

  /** Goes on until it meets the pass. */
  run(): void {
    const { order, blocks, blockSize, reached } = this.job;
    for (let last = order.length - 1; last >= Atomics.load(reached, 0); ) {
      const first = this.firstOf(last);
      const start = blocks[order[first]!]!;
      const length = (blocks[order[last]!]! - start + 1) * blockSize;
      const readable = start === 0 ? 0 : this.read(start * blockSize, length);
      for (; last >= first; last--) {
        const entry = order[last]!;
        const at = (blocks[entry]! - start) * blockSize;
        if (at + blockSize <= readable) this.leaf(entry, at);
      }
    }
  }

  /** Where the window that ends with place `last` begins. */
  private firstOf(last: number): number {
    const { order, blocks, blockSize } = this.job;
    const end = blocks[order[last]!]! + 1;
    let first = last;
    for (let next = end - 1; first > 0; first--) {
      const block = blocks[order[first - 1]!]!;
      const gap = next - block - 1;
      if (block === 0 || gap < 0 || gap * blockSize > gapBytes || (end - block) * blockSize > windowBytes) break;
      next = block;
    }
    return first;
  }

  /** How many bytes could be read. */
  private read(at: number, length: number): number {
    try {
      return at + length <= this.source.size ? this.source.read(at, this.arena.subarray(0, length)) : 0;
    } catch {
      return 0;
    }
  }

  private leaf(entry: number, at: number): void {
    const { checksums, seeds, hashed, hashVersion, blockSize, sound, least, most } = this.job;
    if (checksums && !tailGood(this.words, this.arena, at, blockSize, seeds[entry]!)) return;
    if (hashed[entry] !== 0) {
      if (!this.hashes.hash(hashVersion, this.words, this.arena, at, at + this.end)) return;
      least[entry] = this.hashes.least;
      most[entry] = this.hashes.most;
    }
    Atomics.store(sound, entry, 1);
  }
}

/** Scans until it meets the pass. */
export function scanDirectoryBlocks(source: SyncSource, job: DirectoryJob): void {
  if (littleEndian) new DirectoryBlockScan(source, job).run();
}

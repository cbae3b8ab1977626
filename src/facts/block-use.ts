/** Which blocks have an owner, and which have more than one; in clusters with bigalloc. */
import { Bitmap } from '../bytes/bitmap';
import { type Bits, makeBits } from '../bytes/bits';
import type { Geometry } from '../volume/geometry';

export class BlockUse {
  readonly claimed: Bits;
  readonly shared: Bits;
  /** Blocks of superblock copies, descriptors, bitmaps and inode tables. */
  readonly metadata: Bits;
  anyShared = false;
  private readonly ratio: number;
  private readonly mayShare: boolean;
  /** The words of `claimed` where its bits stand for blocks and are all in one piece. */
  private readonly words: Int32Array | null;

  constructor(private readonly geometry: Geometry) {
    this.ratio = geometry.clusterRatio;
    this.mayShare = geometry.features.shared_blocks;
    const clusters = Math.ceil(geometry.blocksCount / this.ratio);
    this.claimed = makeBits(clusters);
    this.words = this.ratio === 1 && this.claimed instanceof Bitmap ? this.claimed.words : null;
    this.shared = makeBits(clusters);
    this.metadata = makeBits(geometry.blocksCount);
  }

  clusterOf(block: number): number {
    return this.ratio === 1 ? block : Math.floor(block / this.ratio);
  }

  isClaimed(block: number): boolean {
    return this.claimed.test(this.clusterOf(block));
  }

  isShared(block: number): boolean {
    return this.shared.test(this.clusterOf(block));
  }

  /** Whether any of `count` blocks (at least one) is in a shared cluster. */
  isAnyShared(block: number, count: number): boolean {
    const first = this.clusterOf(block);
    return this.shared.anyInRange(first, this.clusterOf(block + count - 1) - first + 1);
  }

  claim(block: number): void {
    const cluster = this.clusterOf(block);
    if (!this.claimed.testAndSet(cluster)) return;
    // with shared_blocks files may share blocks with each other, but never with the file system itself
    if (this.mayShare && !this.metadata.anyInRange(cluster * this.ratio, this.ratio)) return;
    this.shared.set(cluster);
    this.anyShared = true;
  }

  /** Adds a claim on each cluster that contains any of `count` blocks. */
  claimRange(block: number, count: number): void {
    if (count <= 0) return;
    const { words } = this;
    // most runs are short and not claimed yet
    if (words !== null && (block & 31) + count <= 32) {
      const mask = (-1 >>> (32 - count)) << (block & 31);
      if ((words[block >>> 5]! & mask) === 0) {
        words[block >>> 5]! |= mask;
        return;
      }
    }
    const first = this.clusterOf(block);
    const clusters = this.ratio === 1 ? count : this.clusterOf(block + count - 1) - first + 1;
    if (!this.claimed.anyInRange(first, clusters)) {
      this.claimed.setRange(first, clusters);
      return;
    }
    if (this.mayShare) {
      if (!this.metadata.anyInRange(first * this.ratio, clusters * this.ratio)) {
        this.claimed.setRange(first, clusters);
        return;
      }
      this.anyShared = true;
      if (this.ratio === 1) this.shared.takeRange(this.metadata, first, clusters);
      else for (let i = 0; i < clusters; i++) this.claim((first + i) * this.ratio);
    } else {
      // repeated claims of the same blocks must not take a step per block
      this.shared.takeRange(this.claimed, first, clusters);
      this.anyShared = true;
    }
    this.claimed.setRange(first, clusters);
  }

  /** Claims a block of the fixed structures; false when it is already in use. */
  claimMetadata(block: number): boolean {
    if (this.claimed.test(this.clusterOf(block))) return false;
    this.claimed.set(this.clusterOf(block));
    this.metadata.set(block);
    return true;
  }

  /** Marks a fixed structure without a test: superblock and descriptor copies come first. */
  placeMetadata(block: number, count: number): void {
    if (count <= 0) return;
    const first = this.clusterOf(block);
    const last = this.clusterOf(Math.min(block + count, this.geometry.blocksCount) - 1);
    this.claimed.setRange(first, last - first + 1);
    this.metadata.setRange(block, count);
  }
}

/** Which blocks something claims, and which are claimed more than once. Counted in clusters where bigalloc is on. */
import { type Bits, makeBits } from '../bytes/bits';
import type { Geometry } from '../volume/geometry';

export class BlockUse {
  /** Clusters that something claims. */
  readonly claimed: Bits;
  /** Clusters claimed more than once. */
  readonly shared: Bits;
  /** Blocks of superblock copies, descriptors, bitmaps and inode tables. */
  readonly metadata: Bits;
  /** Whether any cluster is claimed more than once. */
  anyShared = false;
  private readonly ratio: number;

  constructor(private readonly geometry: Geometry) {
    this.ratio = geometry.clusterRatio;
    const clusters = Math.ceil(geometry.blocksCount / this.ratio);
    this.claimed = makeBits(clusters);
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

  /** One more claim on the cluster of `block`. */
  claim(block: number): void {
    const cluster = this.clusterOf(block);
    if (this.claimed.testAndSet(cluster)) this.markShared(cluster);
  }

  /** One more claim on each of `count` blocks; only for file systems whose clusters are blocks. */
  claimRange(block: number, count: number): void {
    if (!this.claimed.anyInRange(block, count)) {
      this.claimed.setRange(block, count);
      return;
    }
    if (this.geometry.features.shared_blocks) {
      this.claimed.setRange(block, count);
      return;
    }
    // claims of the same blocks over and over must not cost a step for each block
    this.shared.takeRange(this.claimed, block, count);
    this.claimed.setRange(block, count);
    this.anyShared = true;
  }

  /** Claims a block of the fixed structures; false when it already had a use. */
  claimMetadata(block: number): boolean {
    if (this.claimed.test(this.clusterOf(block))) return false;
    this.claimed.set(this.clusterOf(block));
    this.metadata.set(block);
    return true;
  }

  /** Marks a fixed structure without asking what was there: superblock and descriptor copies come first. */
  placeMetadata(block: number, count: number): void {
    if (count <= 0) return;
    const first = this.clusterOf(block);
    const last = this.clusterOf(Math.min(block + count, this.geometry.blocksCount) - 1);
    this.claimed.setRange(first, last - first + 1);
    this.metadata.setRange(block, count);
  }

  private markShared(cluster: number): void {
    // with shared_blocks, files may share blocks on purpose
    if (this.geometry.features.shared_blocks) return;
    this.shared.set(cluster);
    this.anyShared = true;
  }
}

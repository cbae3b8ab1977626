/** Walks a Merkle tree from its root to the data and reports the blocks whose hash in the level above is wrong. */
import { isAllZero } from '../../bytes/bitmap';
import type { MerkleTree } from './descriptor';
import type { FileBytes } from './file-bytes';

/** Bytes per read. */
const pieceBytes = 256 * 1024;
/** The level of the data itself; tree levels count from 0 at the bottom. */
export const dataLevel = -1;

export interface TreeVisitor {
  /** Block `index` of `level` has a wrong hash. Nothing below it is read. `zero` is whether it contains only zeros. */
  wrong(level: number, index: number, zero: boolean): void;
  /** Called with the number of bytes hashed or compared; false ends the walk. */
  spend(bytes: number): boolean;
}

export class TreeWalk {
  /** One buffer per level, data first: the buffer of a level is still in use while the levels below it are read. */
  private readonly buffers: Uint8Array[] = [];
  private readonly digest: Uint8Array<ArrayBuffer>;
  private readonly zeroDigest: Uint8Array;
  private stopped = false;

  constructor(
    private readonly file: FileBytes,
    private readonly tree: MerkleTree,
    private readonly visitor: TreeVisitor,
  ) {
    this.digest = new Uint8Array(tree.hash.digestSize);
    this.hashInto(new Uint8Array(tree.blockSize), 0);
    this.zeroDigest = this.digest.slice();
  }

  private hashInto(bytes: Uint8Array, at: number): void {
    const { hash, salt, blockSize } = this.tree;
    hash
      .reset()
      .update(salt)
      .update(bytes, at, at + blockSize)
      .digest(this.digest);
  }

  /** Number of blocks of a level. */
  private blocksAt(level: number): number {
    return level === dataLevel ? Math.ceil(this.tree.size / this.tree.blockSize) : this.tree.levels[level]!;
  }

  /** File offset of a block. */
  offset(level: number, index: number): number {
    return (level === dataLevel ? 0 : this.tree.starts[level]!) + index * this.tree.blockSize;
  }

  /** Ends at the first wrong block of a path, and at unreadable blocks. */
  async run(): Promise<void> {
    const top = this.tree.levels.length - 1;
    if (this.tree.size > 0) await this.blocks(top, 0, 1, this.tree.root);
  }

  /** Blocks `first` to before `first + count` of a level, whose hashes are consecutive in `hashes`. */
  private async blocks(level: number, first: number, count: number, hashes: Uint8Array): Promise<void> {
    const { blockSize, arity } = this.tree;
    const perPiece = Math.max(1, pieceBytes / blockSize);
    this.buffers[level + 1] ??= new Uint8Array(perPiece * blockSize);
    const buffer = this.buffers[level + 1]!;
    for (let done = 0; done < count && !this.stopped; done += perPiece) {
      const inPiece = Math.min(perPiece, count - done);
      const start = this.offset(level, first + done);
      const hole = this.file.isHole(start, inPiece * blockSize);
      if (!hole) await this.file.read(start, buffer.subarray(0, inPiece * blockSize));
      else if (level !== dataLevel) buffer.fill(0, 0, inPiece * blockSize);
      const missing = !hole && this.file.unread.size > 0;
      const sound: number[] = [];
      for (let i = 0; i < inPiece && !this.stopped; i++) {
        if (missing && this.file.isUnread(start + i * blockSize, blockSize)) continue;
        const zero = hole || isAllZero(buffer, i * blockSize, (i + 1) * blockSize);
        if (!zero) this.hashInto(buffer, i * blockSize);
        if (!this.visitor.spend(hole ? this.digest.length : blockSize)) this.stopped = true;
        if (!this.matches(zero ? this.zeroDigest : this.digest, hashes, done + i))
          this.visitor.wrong(level, first + done + i, zero);
        else if (level !== dataLevel) sound.push(i);
      }
      // at most `verityMaxLevels` deep
      for (const i of sound) {
        const below = (first + done + i) * arity;
        const children = Math.min(arity, this.blocksAt(level - 1) - below);
        await this.blocks(level - 1, below, children, buffer.subarray(i * blockSize, (i + 1) * blockSize));
      }
    }
  }

  /** Whether `digest` is the hash number `nth` of `hashes`. */
  private matches(digest: Uint8Array, hashes: Uint8Array, nth: number): boolean {
    for (let i = 0, j = nth * digest.length; i < digest.length; i++, j++) if (digest[i] !== hashes[j]) return false;
    return true;
  }
}

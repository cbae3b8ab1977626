/** The blocks of ordinary inodes: a few sound extents, or direct pointers; compared with size and count, then claimed. */
import { extentMagic, maxInitializedLength } from '../../../layout/extent';
import { blocksWord, blockWord, indirectWord, sizeWord } from '../../../layout/inode-words';
import type { Geometry } from '../../../volume/geometry';
import type { InodeNotes } from './notes';

/** Entries that fit into the inode, and by how many the maximum that it states may fall short of that. */
const rootEntries = 4;
const rootSlack = 2;
/** Logical blocks up to which sums stay small integers; files of less than 2 GiB do not reach it but by fallocate. */
const maxLogical = 2 ** 30;
/** Pointers to data blocks in the inode. */
const directPointers = 12;

/**
 * All questions are asked before anything is claimed, so that an inode that is declined goes the general path with nothing
 * done. Numbers are signed words: a block of 2^31 or more is below zero here, and no block of such an image.
 */
export class OrdinaryBlocks {
  private readonly firstBlock: number;
  private readonly blocksCount: number;
  private readonly blockBits: number;
  /** From blocks to the sectors that `i_blocks` counts. */
  private readonly sectorBits: number;
  /** Which of the pointers counted last was the last that is not zero. */
  private last = -1;

  constructor(
    geometry: Geometry,
    private readonly notes: InodeNotes,
    private readonly words: Int32Array,
  ) {
    this.firstBlock = Math.max(1, geometry.firstDataBlock);
    this.blocksCount = geometry.blocksCount;
    this.blockBits = 31 - Math.clz32(geometry.blockSize);
    this.sectorBits = this.blockBits - 9;
  }

  /**
   * Claims the extents of the inode at word `at`; false, with nothing done, where one must be looked at more closely.
   */
  takeExtents(at: number, ino: number, isDirectory: boolean): boolean {
    const { words } = this;
    // the upper half is the depth
    if (!this.hasRoot(at) || words[at + blockWord + 1]! >>> 16 !== 0) return false;
    const first = at + blockWord + 3;
    const end = first + (words[at + blockWord]! >>> 16) * 3;
    let blocks = 0;
    let covered = 0;
    let lastWritten = -1;
    for (let entry = first; entry < end; entry += 3) {
      const logical = words[entry]!;
      // the upper half of the word belongs to the block's number
      const stored = words[entry + 1]!;
      const physical = words[entry + 2]!;
      const length = stored > maxInitializedLength ? stored - maxInitializedLength : stored;
      if (stored > 0xffff || length <= 0 || logical < covered || logical > maxLogical) return false;
      if (physical < this.firstBlock || physical > this.blocksCount - length) return false;
      if (isDirectory && (stored > maxInitializedLength || logical !== covered)) return false;
      blocks += length;
      covered = logical + length;
      if (stored <= maxInitializedLength) lastWritten = covered - 1;
    }
    if (blocks << this.sectorBits !== words[at + blocksWord]!) return false;
    if (!this.fits(words[at + sizeWord]!, isDirectory ? covered : lastWritten, isDirectory)) return false;
    for (let entry = first; entry < end; entry += 3) {
      const stored = words[entry + 1]!;
      const length = stored > maxInitializedLength ? stored - maxInitializedLength : stored;
      if (isDirectory) this.notes.directoryRun(ino, words[entry]!, words[entry + 2]!, length);
      this.notes.claim(words[entry + 2]!, length);
    }
    return true;
  }

  /** The same for the twelve direct pointers of an inode without indirect blocks. */
  takePointers(at: number, ino: number, isDirectory: boolean): boolean {
    const { words } = this;
    const from = at + blockWord;
    if ((words[at + indirectWord]! | words[at + indirectWord + 1]! | words[at + indirectWord + 2]!) !== 0) return false;
    const blocks = this.count(from);
    const last = this.last;
    if (blocks < 0 || blocks << this.sectorBits !== words[at + blocksWord]!) return false;
    if (isDirectory && blocks !== last + 1) return false;
    if (!this.fits(words[at + sizeWord]!, isDirectory ? blocks : last, isDirectory)) return false;
    if (isDirectory) for (let i = 0; i <= last; i++) this.notes.directoryRun(ino, i, words[from + i]!, 1);
    this.claimPointers(from, last + 1);
    return true;
  }

  /** Whether `i_block` starts like the root of an extent tree, of any depth. */
  hasRoot(at: number): boolean {
    const head = this.words[at + blockWord]!;
    const most = this.words[at + blockWord + 1]! & 0xffff;
    if ((head & 0xffff) !== extentMagic || most > rootEntries || most < rootEntries - rootSlack) return false;
    return head >>> 16 <= most;
  }

  /** A file may be longer than its `last` block written, which it must not end before; a directory has exactly `last` blocks. */
  private fits(size: number, last: number, isDirectory: boolean): boolean {
    const whole = size >>> this.blockBits;
    return isDirectory ? last > 0 && whole === last && whole << this.blockBits === size : last <= whole;
  }

  /** How many of the direct pointers from word `from` name a block; -1 where one is impossible. */
  private count(from: number): number {
    const { words, firstBlock, blocksCount } = this;
    let blocks = 0;
    let last = -1;
    for (let i = 0; i < directPointers; i++) {
      const block = words[from + i]!;
      if (block === 0) continue;
      if (block < firstBlock || block >= blocksCount) return -1;
      blocks++;
      last = i;
    }
    this.last = last;
    return blocks;
  }

  /** Claims what `count` pointers name, by runs. */
  private claimPointers(from: number, count: number): void {
    const { words } = this;
    const end = from + count;
    for (let at = from; at < end; ) {
      const block = words[at++]!;
      if (block === 0) continue;
      let length = 1;
      while (at < end && words[at] === block + length) {
        at++;
        length++;
      }
      this.notes.claim(block, length);
    }
  }
}

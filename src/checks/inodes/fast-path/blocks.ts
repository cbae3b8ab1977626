/**
 * The blocks of ordinary inodes: a few sound extents, or direct pointers; compared with size and count, then claimed.
 */
import { extentMagic, maxInitializedLength } from '../../../layout/extent';
import { inodeFlags } from '../../../layout/inode';
import { blocksWord, blockWord, flagsWord, indirectWord, sizeWord } from '../../../layout/inode-words';
import type { Geometry } from '../../../volume/geometry';
import type { InodeNotes } from './notes';

/** Entries that fit into the inode, and by how many the stored maximum may be lower. */
const rootEntries = 4;
const rootSlack = 2;
/** Logical blocks up to which sums stay small integers; files below 2 GiB exceed it only by fallocate. */
const maxLogical = 2 ** 30;
const directPointers = 12;

/**
 * Everything is tested before anything is claimed, so that a declined inode reaches the general path with nothing
 * changed. Numbers are signed words: a block of 2^31 or more is negative here, and no block of such an image.
 */
export class OrdinaryBlocks {
  private readonly firstBlock: number;
  private readonly blocksCount: number;
  private readonly blockBits: number;
  /** Converts blocks into the sectors of `i_blocks`. */
  private readonly sectorBits: number;
  /** Index of the last nonzero pointer that was counted. */
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

  /** Claims the extents of the inode at word `at`; false, with nothing changed, if one is not ordinary. */
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
      // the upper half of the word belongs to the block number
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
    const blocks = this.count(words, from, directPointers);
    const last = this.last;
    if (blocks < 0 || blocks << this.sectorBits !== words[at + blocksWord]!) return false;
    if (isDirectory && blocks !== last + 1) return false;
    if (!this.fits(words[at + sizeWord]!, isDirectory ? blocks : last, isDirectory)) return false;
    if (isDirectory) for (let i = 0; i <= last; i++) this.notes.directoryRun(ino, i, words[from + i]!, 1);
    this.claimPointers(words, from, last + 1);
    return true;
  }

  /** The same for a file with direct pointers and a single indirect block. */
  takeIndirect(at: number, list: DataView): boolean {
    const { words } = this;
    const from = at + blockWord;
    const block = words[at + indirectWord]!;
    const direct = this.count(words, from, directPointers);
    const lastDirect = this.last;
    const lists = new Int32Array(list.buffer, list.byteOffset, list.byteLength >>> 2);
    const listed = this.count(lists, 0, lists.length);
    const last = this.last;
    // an empty one may have been lost
    if (direct < 0 || listed <= 0) return false;
    if ((direct + 1 + listed) << this.sectorBits !== words[at + blocksWord]!) return false;
    // one with another use may be metadata
    if (!this.fits(words[at + sizeWord]!, directPointers + last, false) || !this.notes.enters(block)) return false;
    this.notes.claim(block, 1);
    this.claimPointers(words, from, lastDirect + 1);
    this.claimPointers(lists, 0, last + 1);
    return true;
  }

  /** The block with the target of a long symlink; 0 if its mapping is anything else. */
  targetBlock(at: number, hasExtents: boolean): number {
    const { words } = this;
    const from = at + blockWord;
    if (words[at + blocksWord]! !== 1 << this.sectorBits) return 0;
    let block = words[from]!;
    if (hasExtents) {
      // one entry, depth 0, logical block 0, length 1; most significant part of the block number 0
      if (!this.hasRoot(at) || block >>> 16 !== 1 || words[from + 1]! >>> 16 !== 0) return 0;
      if (words[from + 3]! !== 0 || words[from + 4]! !== 1) return 0;
      block = words[from + 5]!;
    } else for (let i = 1; i < 15; i++) if (words[from + i]! !== 0) return 0;
    return this.inRange(block) ? block : 0;
  }

  /** Claims the block of a long symlink with its content `target`; false if that is not valid. */
  takeTarget(at: number, target: Uint8Array): boolean {
    const size = this.words[at + sizeWord]!;
    if (size >= target.length || target.indexOf(0) !== size) return false;
    this.notes.claim(this.targetBlock(at, (this.words[at + flagsWord]! & inodeFlags.EXTENTS) !== 0), 1);
    return true;
  }

  hasSoundPointers(at: number): boolean {
    return this.count(this.words, at + blockWord, directPointers) >= 0;
  }

  inRange(block: number): boolean {
    return block >= this.firstBlock && block < this.blocksCount;
  }

  /** Whether `i_block` starts like the root of an extent tree of any depth. */
  hasRoot(at: number): boolean {
    const head = this.words[at + blockWord]!;
    const most = this.words[at + blockWord + 1]! & 0xffff;
    if ((head & 0xffff) !== extentMagic || most > rootEntries || most < rootEntries - rootSlack) return false;
    return head >>> 16 <= most;
  }

  /** A file must not end before its `last` written block; a directory has exactly `last` blocks. */
  private fits(size: number, last: number, isDirectory: boolean): boolean {
    const whole = size >>> this.blockBits;
    return isDirectory ? last > 0 && whole === last && whole << this.blockBits === size : last <= whole;
  }

  /** The number of nonzero pointers among `count`; -1 if one is impossible. */
  private count(words: Int32Array, from: number, count: number): number {
    const { firstBlock, blocksCount } = this;
    let blocks = 0;
    let last = -1;
    for (let i = 0; i < count; i++) {
      const block = words[from + i]!;
      if (block === 0) continue;
      if (block < firstBlock || block >= blocksCount) return -1;
      blocks++;
      last = i;
    }
    this.last = last;
    return blocks;
  }

  /** Claims the blocks of `count` pointers, by runs. */
  private claimPointers(words: Int32Array, from: number, count: number): void {
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

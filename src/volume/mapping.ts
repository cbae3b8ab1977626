/** Walks a file's block mapping tolerantly: hands on everything plausible, reports and skips the rest. */
import { join32 } from '../bytes/field';
import { extentEntrySize, extentHeader, extentIndex, extentLeaf, maxInitializedLength } from '../layout/extent';
import { iBlockSize, inode, inodeFlags } from '../layout/inode';
import { isExtentHeader } from './extent-header';
import { translatorOf } from './inode-fields';
import type { Soon, Volume } from './volume';

export type MappingDefect = 'bad-header' | 'out-of-range' | 'unreadable' | 'repeated';

export interface MappingVisitor {
  /** The file's blocks from `logical` are the `count` blocks from `physical`. Returning false ends the walk. */
  run(logical: number, physical: number, count: number, unwritten: boolean): boolean | void;
  /** A block of the mapping itself: an indirect block or a node of the extent tree. */
  node?(block: number): void;
  /**
   * A skipped part; `block` is the invalid block number, `logical` the file's block for it, or -1 for a block of the
   * mapping itself.
   */
  defect?(kind: MappingDefect, block: number, logical: number): void;
  /**
   * Whether an indirect block that does not exist ends the branch of the pointer in the inode above it, as for
   * e2fsprogs; otherwise only its own list is skipped.
   */
  readonly losesBranch?: boolean;
}

/** Pointers in the inode to data blocks; three pointers to indirect blocks follow. */
const directBlocks = 12;
/** Deepest tree that is followed; the format needs at most 5 levels. */
const maxDepth = 7;

class Walk {
  private seen: Set<number> | null = null;
  stopped = false;
  /** Whether the rest of the current branch is skipped. */
  private lost = false;

  constructor(
    private readonly volume: Volume,
    private readonly visitor: MappingVisitor,
  ) {}

  private defect(kind: MappingDefect, block: number, logical = -1): null {
    this.visitor.defect?.(kind, block, logical);
    return null;
  }

  /** A block of the mapping, at most once, so that cyclic trees end. */
  private async node(block: number): Promise<DataView | null> {
    if (!this.volume.inRange(block)) return this.defect('out-of-range', block);
    this.seen ??= new Set();
    if (this.seen.has(block)) return this.defect('repeated', block);
    this.seen.add(block);
    this.visitor.node?.(block);
    return (await this.volume.block(block)) ?? this.defect('unreadable', block);
  }

  private run(logical: number, physical: number, count: number, unwritten: boolean): void {
    if (!this.volume.inRange(physical) || physical + count > this.volume.geometry.blocksCount)
      this.defect('out-of-range', physical, logical);
    else if (this.visitor.run(logical, physical, count, unwritten) === false) this.stopped = true;
  }

  /** Walks a leaf node of `size` bytes at `at`; returns whether its header was valid. */
  leaf(view: DataView, at: number, size: number): boolean {
    if (!isExtentHeader(view, at, size) || extentHeader.eh_depth(view, at) !== 0) return false;
    const entries = extentHeader.eh_entries(view, at);
    for (let i = 1; i <= entries && !this.stopped; i++) {
      const entry = at + i * extentEntrySize;
      const length = extentLeaf.ee_len(view, entry);
      const unwritten = length > maxInitializedLength;
      const physical = join32(extentLeaf.ee_start_lo(view, entry), extentLeaf.ee_start_hi(view, entry));
      const blocks = unwritten ? length - maxInitializedLength : length;
      this.run(extentLeaf.ee_block(view, entry), physical, blocks, unwritten);
    }
    return true;
  }

  /** The same for a node of any depth. */
  async extents(view: DataView, at: number, size: number, depth: number): Promise<boolean> {
    if (depth === 0) return this.leaf(view, at, size);
    const entries = extentHeader.eh_entries(view, at);
    if (!isExtentHeader(view, at, size) || extentHeader.eh_depth(view, at) !== depth || depth > maxDepth) return false;
    for (let i = 1; i <= entries && !this.stopped; i++) {
      const entry = at + i * extentEntrySize;
      const block = join32(extentIndex.ei_leaf_lo(view, entry), extentIndex.ei_leaf_hi(view, entry));
      const child = await this.node(block);
      if (child && !(await this.extents(child, 0, child.byteLength, depth - 1))) this.defect('bad-header', block);
    }
    return true;
  }

  /** The branches of the three last pointers in the inode, from offset `at`. */
  async branches(view: DataView, at: number): Promise<void> {
    const fanOut = this.volume.geometry.blockSize / 4;
    await this.branch(view, at, 1, directBlocks);
    await this.branch(view, at + 4, 2, directBlocks + fanOut);
    await this.branch(view, at + 8, 3, directBlocks + fanOut + fanOut ** 2);
  }

  private async branch(view: DataView, at: number, level: number, logical: number): Promise<void> {
    this.lost = false;
    await this.pointers(view, at, 1, level, logical);
  }

  /** Hands on `count` pointers to data blocks, joined into runs. */
  direct(view: DataView, at: number, count: number, logical: number): void {
    for (let i = 0; i < count && !this.stopped && !this.lost; i++) {
      const block = view.getUint32(at + i * 4, true);
      if (block === 0) continue;
      let length = 1;
      while (i + length < count && view.getUint32(at + (i + length) * 4, true) === block + length) length++;
      this.run(logical + i, block, length, false);
      i += length - 1;
    }
  }

  /** Hands on what `count` pointers of a block map refer to; `level` 0 are data blocks. */
  private async pointers(view: DataView, at: number, count: number, level: number, logical: number): Promise<void> {
    if (level === 0) return this.direct(view, at, count, logical);
    const fanOut = this.volume.geometry.blockSize / 4;
    const span = fanOut ** level;
    for (let i = 0; i < count && !this.stopped && !this.lost; i++) {
      const block = view.getUint32(at + i * 4, true);
      if (block === 0) continue;
      const repeated = this.seen?.has(block) === true;
      const child = await this.node(block);
      this.lost = child === null && !repeated && this.visitor.losesBranch === true;
      if (child) await this.pointers(child, 0, fanOut, level - 1, logical + i * span);
    }
  }
}

/**
 * Walks the mapping of the inode at byte `at` of `view`; not for inline data and fast symlinks, which have none. Always
 * ends: no block of a mapping is visited twice. Synchronous where the inode maps everything, as most do.
 */
export function walkMapping(volume: Volume, view: DataView, at: number, visitor: MappingVisitor): Soon<void> {
  const walk = new Walk(volume, visitor);
  const root = at + inode.i_block.offset;
  const translator = translatorOf(volume.geometry, view, at);
  if (translator !== 0 && volume.inRange(translator)) visitor.node?.(translator);
  if ((inode.i_flags(view, at) & inodeFlags.EXTENTS) !== 0) {
    const judge = (good: boolean): void => {
      if (!good) visitor.defect?.('bad-header', 0, -1);
    };
    const depth = extentHeader.eh_depth(view, root);
    if (depth > 0) return walk.extents(view, root, iBlockSize, depth).then(judge);
    return judge(walk.leaf(view, root, iBlockSize));
  }
  walk.direct(view, root, directBlocks, 0);
  const branches = root + 4 * directBlocks;
  for (let at = branches; at < root + iBlockSize; at += 4)
    if (view.getUint32(at, true) !== 0) return walk.branches(view, branches);
}

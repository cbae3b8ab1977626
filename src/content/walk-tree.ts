/** Reads every name in an image, each directory once and each of their blocks once, whatever the image says. */
import { type Bits, makeBits } from '../bytes/bits';
import { direntType, inode, reservedInode } from '../layout/inode';
import { type EntryArea, eachEntry, entryAreas, requireDirectory } from '../view/directory';
import { ImageError } from '../view/error';
import { inodeRecord, loadInode, requireUsed } from '../view/stat';
import type { Groups } from '../volume/groups';
import { bytesOf, type Volume } from '../volume/volume';
import { DirectoryNames, NameTable } from './name-table';

/** As directory entries number them. */
export const directoryType = 2;

/** Levels of directories that are gone down, and bytes of the path of one that is: as for the paths of findings. */
const maxDepth = 4096;
const maxPath = 16384;

export interface WalkedTree {
  names: NameTable;
  /** Indexes of directories that could not be read whole. */
  partial: number[];
}

const dot = 0x2e;
const isDots = (bytes: Uint8Array, at: number, length: number): boolean =>
  length <= 2 && bytes[at] === dot && (length === 1 || bytes[at + 1] === dot);

class Walk {
  readonly names = new NameTable(reservedInode.ROOT, directoryType);
  readonly partial: number[] = [];
  private readonly found = new DirectoryNames();
  /** Directories that were entered, and blocks that were taken for theirs: a second claim to one is passed over. */
  private readonly entered: Bits;
  private readonly blocks: Bits;

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
  ) {
    this.entered = makeBits(volume.geometry.inodesCount + 1);
    this.blocks = makeBits(Math.max(1, volume.readableBlocks));
  }

  async run(): Promise<void> {
    const { names } = this;
    let depth = 0;
    let levelEnd = names.size;
    for (let index = 0; index < names.size; index++) {
      if (index === levelEnd) {
        depth++;
        levelEnd = names.size;
      }
      if (names.type(index) === 0) await this.learnType(index);
      if (names.type(index) !== directoryType || this.entered.testAndSet(names.inode.get(index))) continue;
      if (this.tooDeep(index, depth) || !(await this.enter(index))) this.partial.push(index);
    }
  }

  private tooDeep(index: number, depth: number): boolean {
    // shorter than that it cannot be too long
    if (depth <= maxPath / 256) return false;
    let length = 0;
    for (let at = index; at !== 0; at = this.names.parent.get(at)) length += this.names.name(at).length + 1;
    return depth >= maxDepth || length > maxPath;
  }

  /** The type of a name in a file system that keeps none with it. */
  private async learnType(index: number): Promise<void> {
    try {
      const record = await loadInode(this.volume, this.groups, this.names.inode.get(index));
      if (record.links > 0) this.names.setType(index, direntType(inode.i_mode(record.view, 0)));
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
  }

  /** Adds the names of a directory; whether all of it could be read. */
  private async enter(index: number): Promise<boolean> {
    this.found.clear();
    let whole = true;
    try {
      const coming = inodeRecord(this.volume, this.groups, this.names.inode.get(index));
      const record = coming instanceof Promise ? await coming : coming;
      requireUsed(record);
      requireDirectory(record);
      for await (const area of entryAreas(this.volume, record)) whole = area !== null && this.take(area) && whole;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      whole = false;
    }
    this.names.addChildren(index, this.found);
    return whole;
  }

  /** Adds the names in one area; whether all of it is sound and of this directory alone. */
  private take(area: EntryArea): boolean {
    const { geometry } = this.volume;
    const { found } = this;
    if (area.block !== undefined && this.blocks.testAndSet(area.block)) return false;
    const bytes = bytesOf(area.view);
    const sound = eachEntry(area, geometry.blockSize, (ino, at, length, type) => {
      if (!isDots(bytes, at, length)) found.add(ino, geometry.features.filetype ? type : 0, bytes, at, at + length);
      return true;
    });
    return sound && area.checksumGood;
  }
}

/** Reads the tree below the root. Never throws on what is in the image: what cannot be read is `partial`. */
export async function walkTree(volume: Volume, groups: Groups): Promise<WalkedTree> {
  const walk = new Walk(volume, groups);
  await walk.run();
  return { names: walk.names, partial: walk.partial };
}

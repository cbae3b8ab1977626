/** Reads every name in an image; each directory and each of its blocks is read only once. */

import { type Bits, makeBits } from '../bytes/bits';
import { directoryEntry } from '../layout/dirent';
import { direntType, inode, reservedInode } from '../layout/inode';
import { type EntryArea, eachEntry, entryAreas, requireDirectory } from '../view/directory';
import { ImageError } from '../view/error';
import { inodeRecord, loadInode, requireUsed } from '../view/stat';
import type { Groups } from '../volume/groups';
import { bytesOf, type Volume } from '../volume/volume';
import { DirectoryNames, NameTable } from './name-table';

/** Most levels of directories, and most bytes of a directory's path: the limits of the paths of findings. */
const maxDepth = 4096;
const maxPath = 16384;

export interface ReadTree {
  names: NameTable;
  /** Indexes of directories that could not be read completely. */
  partial: number[];
}

const dot = 0x2e;
const isDots = (bytes: Uint8Array, at: number, length: number): boolean =>
  length <= 2 && bytes[at] === dot && (length === 1 || bytes[at + 1] === dot);

class TreeReader {
  readonly names = new NameTable(reservedInode.ROOT, directoryEntry);
  readonly partial: number[] = [];
  private readonly found = new DirectoryNames();
  /** Directories that were read, and their blocks: repeated ones are skipped. */
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
      if (names.type(index) !== directoryEntry || this.entered.testAndSet(names.inode.get(index))) continue;
      if (this.tooDeep(index, depth) || !(await this.enter(index))) this.partial.push(index);
    }
  }

  private tooDeep(index: number, depth: number): boolean {
    // a path with fewer names cannot be too long
    if (depth <= maxPath / 256) return false;
    let length = 0;
    for (let at = index; at !== 0; at = this.names.parent.get(at)) length += this.names.name(at).length + 1;
    return depth >= maxDepth || length > maxPath;
  }

  /** Sets the type of a name in a file system whose entries have no types. */
  private async learnType(index: number): Promise<void> {
    try {
      const record = await loadInode(this.volume, this.groups, this.names.inode.get(index));
      if (record.links > 0) this.names.setType(index, direntType(inode.i_mode(record.view, 0)));
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
  }

  /** Adds the names of a directory. Returns whether it was read completely. */
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

  /** Adds the names in one area. Returns whether it is sound and belongs only to this directory. */
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

/** Reads the tree below the root. Never throws because of content: damaged directories are listed in `partial`. */
export async function readTree(volume: Volume, groups: Groups): Promise<ReadTree> {
  const reader = new TreeReader(volume, groups);
  await reader.run();
  return { names: reader.names, partial: reader.partial };
}

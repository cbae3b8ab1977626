/** Makes paths for the inodes of findings, and only for those; names are read again if necessary. */
import { Bitmap } from '../bytes/bitmap';
import { joinPath, printableName } from '../bytes/names';
import { sortIndexes } from '../bytes/radix';
import { directoryFlag } from '../facts/directories';
import type { ScanFacts } from '../facts/scan';
import { dirent, direntHeaderSize, recordLength } from '../layout/dirent';
import { BlockWindows } from '../volume/block-windows';
import type { Groups } from '../volume/groups';
import { inlineEntries } from '../volume/inline-data';
import { readInode } from '../volume/inode-at';
import { SystemDataReader } from '../volume/system-data';
import type { Volume } from '../volume/volume';

/** Maximum length of a path in characters, and maximum depth of directories. */
const maxLength = 16384;
const maxDepth = 4096;
/** Maximum number of names for one inode. */
const maxNames = 64;

interface NamedIn {
  directory: number;
  name: string;
}

export class Paths {
  private readonly directories = new Map<number, string | null>();
  private readonly files = new Map<number, NamedIn[]>();
  /** Names of directories by their index, as far as they were read. */
  private readonly names = new Map<number, string>();

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly facts: ScanFacts,
  ) {
    this.directories.set(2, '/');
  }

  /**
   * Prepares paths for the given inodes and for entries in the given directories, and only for those: two passes over
   * directory blocks in disk order, first for names of files and then for names of their directories.
   */
  async prepare(inodes: Iterable<number>, inDirectories: Iterable<number>): Promise<void> {
    const wanted = new Bitmap(this.facts.inodes.count + 1);
    const directories = new Set<number>(inDirectories);
    let any = false;
    for (const ino of inodes) {
      if (this.facts.inodes.isDirectory(ino)) directories.add(ino);
      else {
        wanted.set(ino);
        any = true;
      }
    }
    if (any) await this.findFiles(wanted);
    for (const names of this.files.values()) for (const { directory } of names) directories.add(directory);
    await this.findNames(directories);
  }

  /** Finds all names of inodes that are not directories. */
  private async findFiles(wanted: Bitmap): Promise<void> {
    await this.findInline(wanted);
    const { dirBlocks } = this.facts;
    const owner = dirBlocks.ino.view();
    const { blockSize } = this.volume.geometry;
    await this.eachBlock(dirBlocks.physical.view(), (view, at, entry) =>
      this.namesIn(view, at, at + blockSize, owner[entry]!, wanted),
    );
  }

  /** Reads the names of directories and of all their parents. */
  private async findNames(inodes: Iterable<number>): Promise<void> {
    const { directories, namePlaces } = this.facts;
    const seen = new Bitmap(directories.length);
    const indexes: number[] = [];
    const offsets: number[] = [];
    const blocks: number[] = [];
    for (const ino of inodes) {
      let index = directories.indexOf(ino);
      while (index >= 0 && !seen.testAndSet(index)) {
        const place = namePlaces.find(index);
        if (place !== null && typeof place !== 'string') {
          indexes.push(index);
          offsets.push(place.offset);
          blocks.push(place.block);
        }
        index = directories.indexOf(directories.parent.get(index));
      }
    }
    await this.eachBlock(Float64Array.from(blocks), (view, at, i) => {
      this.names.set(indexes[i]!, nameAt(view, at + offsets[i]!));
    });
  }

  /** Calls back for each readable block, in disk order: a view, the offset of the block in it, the index. */
  private async eachBlock(
    blocks: Float64Array,
    visit: (view: DataView, at: number, index: number) => void,
  ): Promise<void> {
    const { volume } = this;
    const order = sortIndexes(blocks, blocks.length);
    const windows = new BlockWindows(volume, blocks, order);
    let arena = windows.arena;
    let view = new DataView(arena.buffer, arena.byteOffset, arena.length);
    for (let more = windows.next(); typeof more === 'boolean' ? more : await more; more = windows.next()) {
      if (windows.arena !== arena) {
        arena = windows.arena;
        view = new DataView(arena.buffer, arena.byteOffset, arena.length);
      }
      for (let i = windows.first; i < windows.end; i++) {
        const index = order[i]!;
        const block = blocks[index]!;
        const at = windows.placeOf(block);
        if (at >= 0) visit(view, at, index);
        else if (volume.inRange(block)) {
          const single = await windows.view(block);
          if (single) visit(single, 0, index);
        }
      }
    }
  }

  private async findInline(wanted: Bitmap): Promise<void> {
    const { facts, volume } = this;
    if (!volume.geometry.features.inline_data) return;
    const systemData = new SystemDataReader(volume, this.groups);
    for (let index = 0; index < facts.directories.length; index++) {
      if (!facts.directories.has(index, directoryFlag.INLINE)) continue;
      const ino = facts.directories.inodes.get(index);
      const view = await readInode(volume, this.groups, ino);
      if (view === null) continue;
      const { state, value } = await systemData.read(view, 0, ino, true);
      if (state === 'damaged') continue;
      for (const entries of inlineEntries(view, 0, value)) this.namesIn(entries, 0, entries.byteLength, ino, wanted);
    }
  }

  private namesIn(view: DataView, from: number, end: number, directory: number, wanted: Bitmap): void {
    for (let at = from; at + direntHeaderSize <= end; ) {
      const recLen = recordLength(dirent.rec_len(view, at), end - from);
      const length = dirent.name_len(view, at);
      if (recLen < 12 || at + recLen > end || length + direntHeaderSize > recLen) break;
      const target = dirent.inode(view, at);
      if (target !== 0 && wanted.test(target) && isRealName(view, at)) {
        const names = this.files.get(target);
        const named = { directory, name: nameAt(view, at) };
        if (!names) this.files.set(target, [named]);
        else if (names.length < maxNames) names.push(named);
      }
      at += recLen;
    }
  }

  /** Path of an inode, or null if it has none or was not prepared. */
  of(ino: number): string | null {
    if (this.facts.inodes.isDirectory(ino)) return this.ofDirectory(ino);
    const named = this.files.get(ino)?.[0];
    return named ? this.inDirectory(named.directory, named.name) : null;
  }

  /** All paths of a prepared inode: a file with hard links has several. */
  allOf(ino: number): string[] {
    if (this.facts.inodes.isDirectory(ino)) {
      const path = this.ofDirectory(ino);
      return path === null ? [] : [path];
    }
    const paths: string[] = [];
    for (const { directory, name } of this.files.get(ino) ?? []) {
      const path = this.inDirectory(directory, name);
      if (path !== null) paths.push(path);
    }
    return paths;
  }

  inDirectory(directory: number, name: string): string | null {
    const parent = this.ofDirectory(directory);
    return parent === null ? null : joinPath(parent, name);
  }

  private ofDirectory(ino: number): string | null {
    const known = this.directories.get(ino);
    if (known !== undefined) return known;
    const { directories } = this.facts;
    const chain: number[] = [];
    let at = ino;
    while (!this.directories.has(at)) {
      const index = directories.indexOf(at);
      if (index < 0 || chain.length >= maxDepth || chain.includes(at)) {
        for (const step of chain) this.directories.set(step, null);
        return null;
      }
      chain.push(at);
      at = directories.parent.get(index);
    }
    let path = this.directories.get(at) ?? null;
    for (const step of chain.reverse()) {
      const name = path === null ? null : this.nameOf(directories.indexOf(step));
      path = path === null || name === null || path.length > maxLength ? null : joinPath(path, name);
      this.directories.set(step, path);
    }
    return path;
  }

  private nameOf(index: number): string | null {
    const place = this.facts.namePlaces.find(index);
    return typeof place === 'string' ? place : (this.names.get(index) ?? null);
  }
}

/** Whether the name of an entry is a real one: not empty, '.' or '..'. */
function isRealName(view: DataView, at: number): boolean {
  const length = dirent.name_len(view, at);
  if (length > 2) return true;
  for (let i = 0; i < length; i++) if (view.getUint8(at + direntHeaderSize + i) !== 0x2e) return true;
  return false;
}

function nameAt(view: DataView, at: number): string {
  const start = at + direntHeaderSize;
  return printableName(new Uint8Array(view.buffer, view.byteOffset + start, dirent.name_len(view, at)));
}

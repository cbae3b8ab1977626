/** Makes paths for the inodes that findings are about; only for those, and from names read again when needed. */
import { Bitmap } from '../bytes/bitmap';
import { joinPath, printableName } from '../bytes/names';
import { sortIndexes } from '../bytes/radix';
import { directoryFlag } from '../facts/directories';
import type { ScanFacts } from '../facts/scan';
import { dirent, direntHeaderSize, recordLength } from '../layout/dirent';
import type { Groups } from '../volume/groups';
import { inlineEntries } from '../volume/inline-data';
import { readInode } from '../volume/inode-at';
import { SystemDataReader } from '../volume/system-data';
import type { Volume } from '../volume/volume';

/** Longest path that is made, in characters, and deepest nesting that is climbed. */
const maxLength = 16384;
const maxDepth = 4096;
/** Names kept of one inode. */
const maxNames = 64;
/** Directory blocks fetched together. */
const blocksAtOnce = 256;

interface NamedIn {
  directory: number;
  name: string;
}

export class Paths {
  private readonly directories = new Map<number, string | null>();
  private readonly files = new Map<number, NamedIn[]>();

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly facts: ScanFacts,
  ) {
    this.directories.set(2, '/');
  }

  /** Looks for all names of the given inodes that are not directories, in one pass over all directory blocks. */
  async findFiles(inodes: Iterable<number>): Promise<void> {
    const { facts, volume } = this;
    const wanted = new Bitmap(facts.inodes.count + 1);
    let any = false;
    for (const ino of inodes) {
      if (facts.inodes.isDirectory(ino)) continue;
      wanted.set(ino);
      any = true;
    }
    if (!any) return;
    await this.findInline(wanted);
    const physical = facts.dirBlocks.physical.view();
    const owner = facts.dirBlocks.ino.view();
    const order = sortIndexes(physical, facts.dirBlocks.length);
    for (let first = 0; first < order.length; first += blocksAtOnce) {
      const batch = order.subarray(first, first + blocksAtOnce);
      const blocks = [...batch].map((i) => physical[i]!).filter((block) => volume.inRange(block));
      await volume.prefetch(blocks);
      for (const i of batch) {
        const view = volume.inRange(physical[i]!) ? await volume.block(physical[i]!) : null;
        if (view) this.namesIn(view, owner[i]!, wanted);
      }
    }
  }

  /** Names in directories that are kept in their inodes. */
  private async findInline(wanted: Bitmap): Promise<void> {
    const { facts, volume } = this;
    const systemData = new SystemDataReader(volume, this.groups);
    for (let index = 0; index < facts.directories.length; index++) {
      if (!facts.directories.has(index, directoryFlag.INLINE)) continue;
      const ino = facts.directories.inodes.get(index);
      const view = await readInode(volume, this.groups, ino);
      if (view === null) continue;
      const { state, value } = await systemData.read(view, 0, ino, true);
      if (state === 'damaged') continue;
      for (const entries of inlineEntries(view, 0, value)) this.namesIn(entries, ino, wanted);
    }
  }

  private namesIn(view: DataView, directory: number, wanted: Bitmap): void {
    for (let at = 0; at + direntHeaderSize <= view.byteLength; ) {
      const recLen = recordLength(dirent.rec_len(view, at), view.byteLength);
      const length = dirent.name_len(view, at);
      if (recLen < 12 || at + recLen > view.byteLength || length + direntHeaderSize > recLen) break;
      const target = dirent.inode(view, at);
      if (target !== 0 && wanted.test(target) && leadsOn(view, at)) {
        const names = this.files.get(target);
        const named = { directory, name: nameAt(view, at) };
        if (!names) this.files.set(target, [named]);
        else if (names.length < maxNames) names.push(named);
      }
      at += recLen;
    }
  }

  /** Path of an inode, or null when there is none or it was not looked for. */
  async of(ino: number): Promise<string | null> {
    if (this.facts.inodes.isDirectory(ino)) return this.ofDirectory(ino);
    const named = this.files.get(ino)?.[0];
    return named ? this.inDirectory(named.directory, named.name) : null;
  }

  /** All paths of an inode that were looked for: a file with hard links has several. */
  async allOf(ino: number): Promise<string[]> {
    if (this.facts.inodes.isDirectory(ino)) {
      const path = await this.ofDirectory(ino);
      return path === null ? [] : [path];
    }
    const paths: string[] = [];
    for (const { directory, name } of this.files.get(ino) ?? []) {
      const path = await this.inDirectory(directory, name);
      if (path !== null) paths.push(path);
    }
    return paths;
  }

  /** Path of an entry. */
  async inDirectory(directory: number, name: string): Promise<string | null> {
    const parent = await this.ofDirectory(directory);
    return parent === null ? null : joinPath(parent, name);
  }

  private async ofDirectory(ino: number): Promise<string | null> {
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
      const name = path === null ? null : await this.nameOf(directories.indexOf(step));
      path = path === null || name === null || path.length > maxLength ? null : joinPath(path, name);
      this.directories.set(step, path);
    }
    return path;
  }

  private async nameOf(index: number): Promise<string | null> {
    const place = this.facts.namePlaces.find(index);
    if (place === null || typeof place === 'string') return place;
    const view = await this.volume.block(place.block);
    return view === null ? null : nameAt(view, place.offset);
  }
}

/** Whether an entry's name leads somewhere of its own: none, '.' and '..' do not, whatever inode they name. */
function leadsOn(view: DataView, at: number): boolean {
  const name = nameAt(view, at);
  return name !== '' && name !== '.' && name !== '..';
}

function nameAt(view: DataView, at: number): string {
  const start = at + direntHeaderSize;
  return printableName(new Uint8Array(view.buffer, view.byteOffset + start, dirent.name_len(view, at)));
}

/** Compares the trees of an image before and after its repair, and reports how each file changed. */
import { joinPath } from '../bytes/names';
import type { DirEntry } from '../view/directory';
import { catchImageError } from '../view/error';
import type { Image } from '../view/image';
import type { FileStat } from '../view/stat';
import { type ChangeKind, ChangeList, type TreeChange, type TreeChanges } from './changes';
import { contentHash, sameContent } from './compare-content';

export interface CompareOptions {
  /** Paths of each kind of change that are kept; counts are always complete. */
  maxChanges: number;
  /** Most bytes of contents that are read, in both images together. */
  maxBytes: number;
  /** Whether the check before the repair reported a path as lost. */
  isReported(path: string): boolean;
  /** Inodes whose shared blocks e2fsck copied. */
  unshared: readonly number[];
  signal?: AbortSignal | undefined;
}

const rootInode = 2;

/** A directory before the repair, and the same one after it. */
interface Pair {
  path: string;
  before: number;
  /** Null if it no longer exists. */
  after: number | null;
  afterPath: string;
}

const orNull = <T>(work: () => Promise<T>): Promise<T | null> => catchImageError(work, () => null);

/** The file that a name refers to; null unless the inode is in use and has a valid type. */
async function fileAt(image: Image, inode: number): Promise<FileStat | null> {
  const stat = await orNull(() => image.stat(inode));
  return stat === null || stat.links === 0 || stat.type === 'unknown' ? null : stat;
}

/** Whether any name in the root directory, or that there is none, can be read. */
export async function hasReadableRoot(image: Image): Promise<boolean> {
  if ((await fileAt(image, rootInode))?.type !== 'directory') return false;
  const root = image.readdir(rootInode);
  const entries = await orNull(() => root.list());
  return entries !== null && (entries.length > 0 || !root.partial);
}

class Comparison {
  private readonly list: ChangeList;
  private readonly unshared: Set<number>;
  /**
   * Pairs of directories that were compared, so that loops end. A directory with two names is compared for each name that
   * refers to another directory now, and once for all names that are missing; otherwise the number of paths is unbounded.
   */
  private readonly visited = new Set<string>();
  /** Results of files with several names. */
  private readonly linked = new Map<string, ChangeKind | null>();
  private readonly pending: Pair[] = [];
  /** Names in lost+found that did not exist before. */
  private readonly found = new Set<string>();
  /** Paths in lost+found that files were moved to, and new names there. */
  private readonly moved = new Set<string>();
  private readonly newInLostFound: TreeChange[] = [];
  /** Names in the root directory, other than lost+found. */
  private readonly rootNames = { before: 0, kept: 0 };

  constructor(
    private readonly before: Image,
    private readonly after: Image,
    private readonly options: CompareOptions,
  ) {
    this.list = new ChangeList(options.maxChanges);
    this.unshared = new Set(options.unshared);
  }

  async run(): Promise<TreeChanges> {
    for (const { name } of await this.entries(this.after, '/lost+found')) this.found.add(name);
    for (const { name } of await this.entries(this.before, '/lost+found')) this.found.delete(name);
    if (!(await hasReadableRoot(this.before))) {
      this.list.comparable = false;
      this.list.skip('The root directory of the damaged image cannot be read, so its content is unknown.');
    }
    this.pending.push({ path: '/', before: rootInode, after: rootInode, afterPath: '/' });
    for (let pair = this.pending.pop(); pair !== undefined; pair = this.pending.pop()) {
      this.options.signal?.throwIfAborted();
      const key = `${pair.before}:${pair.after}`;
      if (this.visited.has(key)) continue;
      this.visited.add(key);
      await this.directory(pair);
    }
    for (const change of this.newInLostFound) if (!this.moved.has(change.path)) this.list.add(change);
    this.list.rootLost = this.rootNames.before > 0 && this.rootNames.kept === 0;
    return this.list.result();
  }

  private async entries(image: Image, directory: string | number): Promise<DirEntry[]> {
    const entries: DirEntry[] = [];
    await orNull(async () => {
      for await (const entry of image.readdir(directory)) entries.push(entry);
    });
    return entries;
  }

  private async directory(pair: Pair): Promise<void> {
    const now = new Map<string, DirEntry>();
    if (pair.after !== null) for (const entry of await this.entries(this.after, pair.after)) now.set(entry.name, entry);
    const unmatched: DirEntry[] = [];
    const isRoot = pair.path === '/';
    for (const entry of await this.entries(this.before, pair.before)) {
      const file = await fileAt(this.before, entry.inode);
      if (isRoot && file !== null && entry.name !== 'lost+found') this.rootNames.before++;
      const same = now.get(entry.name);
      if (file === null) {
        if (same === undefined) this.list.danglingNames++;
        else now.delete(entry.name);
      } else if (same === undefined) unmatched.push(entry);
      else {
        now.delete(entry.name);
        if (isRoot && entry.name !== 'lost+found') this.rootNames.kept++;
        await this.pair(joinPath(pair.path, entry.name), joinPath(pair.afterPath, entry.name), file, same.inode);
      }
    }
    const byInode = new Map<number, DirEntry>();
    if (unmatched.length > 0) for (const entry of now.values()) byInode.set(entry.inode, entry);
    for (const entry of unmatched) await this.missing(pair, entry, now, byInode);
    for (const entry of now.values()) {
      const file = await fileAt(this.after, entry.inode);
      if (file === null) continue;
      const change: TreeChange = { kind: 'new', path: joinPath(pair.path, entry.name), type: file.type };
      // it may have been moved there, which is known only at the end
      if (pair.path === '/lost+found') this.newInLostFound.push(change);
      else this.list.add(change);
    }
  }

  /** A name that its directory no longer has: renamed, moved to lost+found, or missing. */
  private async missing(
    pair: Pair,
    entry: DirEntry,
    now: Map<string, DirEntry>,
    byInode: Map<number, DirEntry>,
  ): Promise<void> {
    const path = joinPath(pair.path, entry.name);
    const file = (await fileAt(this.before, entry.inode))!;
    const renamed = byInode.get(entry.inode);
    const lost = `#${entry.inode}`;
    let to: string | undefined;
    if (renamed !== undefined) {
      now.delete(renamed.name);
      byInode.delete(entry.inode);
      to = joinPath(pair.afterPath, renamed.name);
    } else if (this.found.has(lost)) {
      to = `/lost+found/${lost}`;
      this.moved.add(to);
    }
    const target = to === undefined ? null : await fileAt(this.after, entry.inode);
    if (to === undefined || target === null || target.type !== file.type) {
      this.addMissing(path, file);
      if (file.type === 'directory') this.pending.push({ path, before: entry.inode, after: null, afterPath: path });
      return;
    }
    this.list.add({ kind: 'moved', path, type: file.type, to });
    await this.pair(path, to, file, entry.inode);
  }

  /** A file before the repair, and the inode that its name refers to now. */
  private async pair(path: string, afterPath: string, before: FileStat, afterInode: number): Promise<void> {
    const after = await fileAt(this.after, afterInode);
    if (after === null) this.addMissing(path, before);
    else if (after.type !== before.type) this.list.add({ kind: 'type-changed', path, type: before.type });
    else if (before.type === 'file') await this.file(path, before, after);
    else if (before.type === 'symlink') await this.symlink(path, before, after);
    if (before.type !== 'directory') return;
    const still = after?.type === 'directory' ? after.inode : null;
    this.pending.push({ path, before: before.inode, after: still, afterPath });
  }

  private addMissing(path: string, { type }: FileStat): void {
    this.list.add({ kind: 'missing', path, type });
    if (!this.options.isReported(path)) this.list.unreported++;
  }

  private async symlink(path: string, before: FileStat, after: FileStat): Promise<void> {
    const was = await orNull(() => this.before.readlink(before.inode));
    const is = await orNull(() => this.after.readlink(after.inode));
    if (was !== null && was !== is) this.list.add({ kind: 'content-changed', path, type: 'symlink' });
  }

  private async file(path: string, before: FileStat, after: FileStat): Promise<void> {
    const size = { before: before.size, after: after.size };
    if (after.size < before.size) {
      this.list.add({ kind: 'truncated', path, type: 'file', size });
      return;
    }
    const key = before.links > 1 ? `${before.inode}:${after.inode}` : undefined;
    const known = key === undefined ? undefined : this.linked.get(key);
    if (known === null) return;
    if (known !== undefined) {
      this.list.add({ kind: known, path, type: 'file' });
      return;
    }
    const kind = await this.content(path, before, after, size);
    if (key !== undefined) this.linked.set(key, kind);
  }

  private async content(
    path: string,
    before: FileStat,
    after: FileStat,
    size: { before: number; after: number },
  ): Promise<ChangeKind | null> {
    const { compared } = this.list;
    const { signal, maxBytes } = this.options;
    if (compared.bytes + 2 * before.size > maxBytes) {
      this.list.skip('The files are many times larger than the image; not all of their contents were compared.');
      return null;
    }
    const count = (bytes: number) => {
      compared.bytes += bytes;
    };
    compared.files++;
    const was = { image: this.before, inode: before.inode };
    const is = { image: this.after, inode: after.inode };
    if (before.size === after.size && (await sameContent(was, is, count, signal))) {
      if (!this.unshared.has(before.inode)) return null;
      this.list.add({ kind: 'unshared', path, type: 'file' });
      return 'unshared';
    }
    const sha256 = { before: await contentHash(was, count, signal), after: await contentHash(is, count, signal) };
    // content that cannot be read before and after has not changed
    if (sha256.before === null && sha256.after === null && before.size === after.size) return null;
    this.list.add({ kind: 'content-changed', path, type: 'file', size, sha256 });
    return 'content-changed';
  }
}

/**
 * The differences between two states of one image. A file exists if its name refers to an inode in use; other names are
 * dangling. Memory grows with the number of directories, of files with several names, and with the longest directory.
 * @throws the reason of the signal when it is aborted
 */
export const compareTrees = (before: Image, after: Image, options: CompareOptions): Promise<TreeChanges> =>
  new Comparison(before, after, options).run();

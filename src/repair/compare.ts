/** Walks the trees of an image before and after its repair side by side, and says what became of each file. */
import { joinPath } from '../bytes/names';
import type { DirEntry } from '../view/directory';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import type { FileStat } from '../view/stat';
import { type ChangeKind, ChangeList, type TreeChange, type TreeChanges } from './changes';
import { contentHash, sameContent } from './compare-content';

export interface CompareOptions {
  /** Paths kept of each kind of change; counts are complete all the same. */
  maxChanges: number;
  /** Bytes of contents read at most, in both images together. */
  maxBytes: number;
  /** Inodes whose blocks e2fsck copied. */
  cloned: readonly number[];
  signal?: AbortSignal | undefined;
}

const rootInode = 2;

/** A directory of the image before, and the one it is now. */
interface Pair {
  path: string;
  before: number;
  /** Null when it is gone. */
  after: number | null;
  afterPath: string;
}

async function orNull<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}

/** A file that can be found behind a name: an inode in use, of a type there is. */
async function fileAt(image: Image, inode: number): Promise<FileStat | null> {
  const stat = await orNull(() => image.stat(inode));
  return stat === null || stat.links === 0 || stat.type === 'unknown' ? null : stat;
}

class Comparison {
  private readonly list: ChangeList;
  private readonly cloned: Set<number>;
  /**
   * Directories that were walked, with what they are now: a loop ends here. A directory with two names is walked for each
   * name that still leads somewhere else, and once for all that are gone: with one more for each, names could be without end.
   */
  private readonly walked = new Set<string>();
  /** Results for files with several names. */
  private readonly linked = new Map<string, ChangeKind | null>();
  private readonly pending: Pair[] = [];
  /** What lost+found holds now and did not hold before, by name. */
  private readonly found = new Set<string>();
  /** Paths in lost+found that files were moved to, and what turned up there. */
  private readonly moved = new Set<string>();
  private readonly late: TreeChange[] = [];

  constructor(
    private readonly before: Image,
    private readonly after: Image,
    private readonly options: CompareOptions,
  ) {
    this.list = new ChangeList(options.maxChanges);
    this.cloned = new Set(options.cloned);
  }

  async run(): Promise<TreeChanges> {
    for (const { name } of await this.entries(this.after, '/lost+found')) this.found.add(name);
    for (const { name } of await this.entries(this.before, '/lost+found')) this.found.delete(name);
    if ((await fileAt(this.before, rootInode))?.type !== 'directory')
      this.list.missed('The root directory cannot be read in the image as it is, so what is in it is not known.');
    this.pending.push({ path: '/', before: rootInode, after: rootInode, afterPath: '/' });
    for (let pair = this.pending.pop(); pair !== undefined; pair = this.pending.pop()) {
      this.options.signal?.throwIfAborted();
      const key = `${pair.before}:${pair.after}`;
      if (this.walked.has(key)) continue;
      this.walked.add(key);
      await this.directory(pair);
    }
    for (const change of this.late) if (!this.moved.has(change.path)) this.list.add(change);
    return this.list.result();
  }

  private async entries(image: Image, directory: string | number): Promise<DirEntry[]> {
    const entries: DirEntry[] = [];
    try {
      for await (const entry of image.readdir(directory)) entries.push(entry);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
    return entries;
  }

  private async directory(pair: Pair): Promise<void> {
    const now = new Map<string, DirEntry>();
    if (pair.after !== null) for (const entry of await this.entries(this.after, pair.after)) now.set(entry.name, entry);
    const nameless: DirEntry[] = [];
    for (const entry of await this.entries(this.before, pair.before)) {
      const file = await fileAt(this.before, entry.inode);
      const same = now.get(entry.name);
      if (file === null) {
        if (same === undefined) this.list.namesOfLostFiles++;
        else now.delete(entry.name);
      } else if (same === undefined) nameless.push(entry);
      else {
        now.delete(entry.name);
        await this.pair(joinPath(pair.path, entry.name), joinPath(pair.afterPath, entry.name), file, same.inode);
      }
    }
    const byInode = new Map<number, DirEntry>();
    if (nameless.length > 0) for (const entry of now.values()) byInode.set(entry.inode, entry);
    for (const entry of nameless) await this.missing(pair, entry, now, byInode);
    for (const entry of now.values()) {
      const file = await fileAt(this.after, entry.inode);
      if (file === null) continue;
      const change: TreeChange = { kind: 'appeared', path: joinPath(pair.path, entry.name), type: file.type };
      // whether it was moved there is known only at the end
      if (pair.path === '/lost+found') this.late.push(change);
      else this.list.add(change);
    }
  }

  /** A name of before that its directory has no more: renamed there, in lost+found, or gone. */
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
      this.list.add({ kind: 'gone', path, type: file.type });
      if (file.type === 'directory') this.pending.push({ path, before: entry.inode, after: null, afterPath: path });
      return;
    }
    this.list.add({ kind: 'moved', path, type: file.type, to });
    await this.pair(path, to, file, entry.inode);
  }

  /** A file of before and what is behind its name now. */
  private async pair(path: string, afterPath: string, before: FileStat, afterInode: number): Promise<void> {
    const after = await fileAt(this.after, afterInode);
    if (after === null) this.list.add({ kind: 'gone', path, type: before.type });
    else if (after.type !== before.type) this.list.add({ kind: 'type', path, type: before.type });
    else if (before.type === 'file') await this.file(path, before, after);
    else if (before.type === 'symlink') await this.symlink(path, before, after);
    if (before.type !== 'directory') return;
    const still = after?.type === 'directory' ? after.inode : null;
    this.pending.push({ path, before: before.inode, after: still, afterPath });
  }

  private async symlink(path: string, before: FileStat, after: FileStat): Promise<void> {
    const [was, is] = [
      await orNull(() => this.before.readlink(before.inode)),
      await orNull(() => this.after.readlink(after.inode)),
    ];
    if (was !== null && was !== is) this.list.add({ kind: 'content', path, type: 'symlink' });
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
      this.list.missed('The files are larger than the image many times over; not all of their contents were compared.');
      return null;
    }
    const count = (bytes: number) => {
      compared.bytes += bytes;
    };
    compared.files++;
    const [was, is] = [
      { image: this.before, inode: before.inode },
      { image: this.after, inode: after.inode },
    ];
    if (before.size === after.size && (await sameContent(was, is, count, signal))) {
      if (!this.cloned.has(before.inode)) return null;
      this.list.add({ kind: 'cloned', path, type: 'file' });
      return 'cloned';
    }
    const sha256 = {
      before: await contentHash(was.image, was.inode, count, signal),
      after: await contentHash(is.image, is.inode, count, signal),
    };
    // what could not be read before and cannot now has not changed
    if (sha256.before === null && sha256.after === null && before.size === after.size) return null;
    this.list.add({ kind: 'content', path, type: 'file', size, sha256 });
    return 'content';
  }
}

/**
 * The difference of two states of one image. A file counts as there when its name leads to an inode in use; names that
 * lead nowhere were lost before. Memory grows with the number of directories, of files with several names, and with the
 * longest directory.
 * @throws the reason of the signal once it is aborted
 */
export const compareTrees = (before: Image, after: Image, options: CompareOptions): Promise<TreeChanges> =>
  new Comparison(before, after, options).run();

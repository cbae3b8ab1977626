/** The tree of an image, in which content checks look up paths. */

import { joinPath, parsePrintableName, printableName } from '../bytes/names';
import { directoryEntry, regularEntry, symlinkEntry } from '../layout/dirent';
import { maxSymlinks } from '../layout/limits';
import { catchImageError } from '../view/error';
import type { Image } from '../view/image';
import { type OpenedImage, opened } from '../view/opened-image';
import { type FileStat, typeOfEntry } from '../view/stat';
import type { NameTable } from './name-table';
import { readTree } from './read-tree';
import type { Tree, TreeEntry } from './tree';

/** Targets of symlinks that are cached. */
const maxTargets = 65536;

/** The index of a name, or -1, and the number of symlinks that were followed. */
interface Place {
  at: number;
  links: number;
}

const root: Place = { at: 0, links: 0 };
const nowhere: Place = { at: -1, links: 0 };

/** The directory that a path resolved to, and its own path. */
interface Entered extends Place {
  asked: string;
  path: string;
}

export class ImageTree implements Tree {
  private entered: Entered = { ...root, asked: '', path: '/' };
  readonly partial: readonly string[];
  private readonly targets = new Map<number, string>();

  private constructor(
    private readonly image: OpenedImage,
    /** All names; those of a directory follow each other. */
    readonly names: NameTable,
    partial: readonly number[],
  ) {
    this.partial = partial.map((index) => this.pathOf(index)).sort();
  }

  /** Reads all names. Damaged directories are listed in `partial`. */
  static async read(image: Image): Promise<ImageTree> {
    const view = opened(image);
    const { names, partial } = await readTree(view.volume, view.groups);
    return new ImageTree(view, names, partial);
  }

  get size(): number {
    return this.names.size;
  }

  private nameOf(index: number): string {
    return printableName(this.names.name(index));
  }

  /** The path of the name at `index`, in the form of entries. */
  pathOf(index: number): string {
    const parts: string[] = [];
    for (let at = index; at !== 0; at = this.names.parent.get(at)) parts.push(this.nameOf(at));
    let path = '/';
    for (let i = parts.length - 1; i >= 0; i--) path = joinPath(path, parts[i]!);
    return path;
  }

  private entry(index: number, path: string): TreeEntry {
    const { names } = this;
    return { path, inode: names.inode.get(index), type: typeOfEntry(names.type(index)) };
  }

  /** The inode of every name of a regular file; inodes with several names are repeated. */
  *files(): Generator<number, void, undefined> {
    for (let index = 0; index < this.names.size; index++)
      if (this.names.type(index) === regularEntry) yield this.names.inode.get(index);
  }

  *entries(): Generator<TreeEntry, void, undefined> {
    yield this.entry(0, '/');
    const parents: { path: string; next: number; end: number }[] = [];
    const enter = (index: number, path: string) => {
      const [next, end] = this.names.childRange(index);
      if (next < end) parents.push({ path, next, end });
    };
    enter(0, '/');
    for (let here = parents.at(-1); here !== undefined; here = parents.at(-1)) {
      if (here.next === here.end) {
        parents.pop();
        continue;
      }
      const index = here.next++;
      const path = joinPath(here.path, this.nameOf(index));
      yield this.entry(index, path);
      enter(index, path);
    }
  }

  async find(path: string): Promise<TreeEntry | undefined> {
    return this.resolve(path, false);
  }

  async follow(path: string): Promise<TreeEntry | undefined> {
    return this.resolve(path, true);
  }

  async stat(entry: TreeEntry): Promise<FileStat> {
    return this.image.stat(entry.inode);
  }

  /** The entry at a path; the view resolves paths of case-insensitive directories. */
  private async resolve(path: string, followLast: boolean): Promise<TreeEntry | undefined> {
    if (!path.startsWith('/')) return undefined;
    if (this.image.volume.geometry.features.casefold) {
      const index = await this.folded(path, followLast);
      return index < 0 ? undefined : this.entry(index, this.pathOf(index));
    }
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const isName = name !== '' && name !== '.' && name !== '..';
    const parent = await this.enter(isName ? path.slice(0, slash) : path);
    if (parent.at < 0) return undefined;
    if (!isName) return this.entry(parent.at, parent.path);
    const { at } = await this.step([name], followLast, parent);
    if (at < 0) return undefined;
    const isHere = at !== 0 && this.names.parent.get(at) === parent.at;
    return this.entry(at, isHere ? joinPath(parent.path, this.nameOf(at)) : this.pathOf(at));
  }

  /** Resolves the path of a directory; the last one is cached, as lists of paths are usually grouped by directory. */
  private async enter(asked: string): Promise<Entered> {
    const last = this.entered;
    if (last.asked === asked) return last;
    const place = await this.step([...partsOf(asked), '.'].reverse(), true, root);
    this.entered = { ...place, asked, path: place.at < 0 ? '' : this.pathOf(place.at) };
    return this.entered;
  }

  private async folded(path: string, followLast: boolean): Promise<number> {
    const resolve = async () => {
      const { inode, components } = await this.image.resolve(path, { followLast });
      const last = components.at(-1);
      const { at } = last === undefined ? root : await this.step(partsOf(last.path).reverse(), false, root);
      return at >= 0 && this.names.inode.get(at) === inode ? at : -1;
    };
    return catchImageError(resolve, () => -1);
  }

  /** Resolves the names of `pending`, the next one last, from a place; `at` is -1 if there is no such path. */
  private async step(pending: string[], followLast: boolean, from: Place): Promise<Place> {
    const { names } = this;
    let { at, links } = from;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (names.type(at) !== directoryEntry) return nowhere;
      if (name === '.') continue;
      if (name === '..') {
        at = at === 0 ? 0 : names.parent.get(at);
        continue;
      }
      const child = names.findChild(at, parsePrintableName(name));
      if (child < 0) return nowhere;
      if (names.type(child) !== symlinkEntry || (pending.length === 0 && !followLast)) {
        at = child;
        continue;
      }
      const target = ++links > maxSymlinks ? undefined : await this.targetOf(names.inode.get(child));
      if (target === undefined) return nowhere;
      if (target.startsWith('/')) at = 0;
      pending.push(...partsOf(target).reverse());
    }
    return { at, links };
  }

  private async targetOf(inode: number): Promise<string | undefined> {
    const known = this.targets.get(inode);
    if (known !== undefined) return known;
    const target = await catchImageError(
      () => this.image.readlink(inode),
      () => undefined,
    );
    if (target === undefined) return undefined;
    if (this.targets.size >= maxTargets) this.targets.clear();
    this.targets.set(inode, target);
    return target;
  }
}

/** The names in a path; a slash at the end requires a directory, as a dot does. */
function partsOf(path: string): string[] {
  const parts = path.split('/');
  const trailing = parts.length > 1 && parts[parts.length - 1] === '';
  const names = parts.filter((part) => part !== '');
  if (trailing && names.length > 0) names.push('.');
  return names;
}

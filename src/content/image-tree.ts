/** The tree of an image as content checks look things up in it. */
import { joinPath, parsePrintableName, printableName } from '../bytes/names';
import { maxSymlinks } from '../layout/limits';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import { type OpenedImage, opened } from '../view/opened-image';
import { type FileStat, typeOfEntry } from '../view/stat';
import type { NameTable } from './name-table';
import type { Tree, TreeEntry } from './tree';
import { directoryType, walkTree } from './walk-tree';

const fileType = 1;
const symlinkType = 7;
/** Targets of symlinks that are kept for the next way that leads over them. */
const maxTargets = 65536;

/** Where a walk is, or -1, and the symlinks that it has followed. */
interface Place {
  at: number;
  links: number;
}

const root: Place = { at: 0, links: 0 };
const nowhere: Place = { at: -1, links: 0 };

/** The directory that a path led to, and what it is called by the names themselves. */
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

  /** Reads all names. Damage ends nothing; what could not be read is named by `partial`. */
  static async read(image: Image): Promise<ImageTree> {
    const view = opened(image);
    const { names, partial } = await walkTree(view.volume, view.groups);
    return new ImageTree(view, names, partial);
  }

  get size(): number {
    return this.names.size;
  }

  private nameOf(index: number): string {
    return printableName(this.names.name(index));
  }

  /** The path of the name at `index`, as entries have it. */
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

  /** The inodes of all names that are those of regular files, as often as they have names. */
  *files(): Generator<number, void, undefined> {
    for (let index = 0; index < this.names.size; index++)
      if (this.names.type(index) === fileType) yield this.names.inode.get(index);
  }

  *entries(): Generator<TreeEntry, void, undefined> {
    yield this.entry(0, '/');
    const way: { path: string; next: number; end: number }[] = [];
    const enter = (index: number, path: string) => {
      const [next, end] = this.names.childRange(index);
      if (next < end) way.push({ path, next, end });
    };
    enter(0, '/');
    for (let here = way[way.length - 1]; here !== undefined; here = way[way.length - 1]) {
      if (here.next === here.end) {
        way.pop();
        continue;
      }
      const index = here.next++;
      const path = joinPath(here.path, this.nameOf(index));
      yield this.entry(index, path);
      enter(index, path);
    }
  }

  async find(path: string): Promise<TreeEntry | undefined> {
    return this.walk(path, false);
  }

  async follow(path: string): Promise<TreeEntry | undefined> {
    return this.walk(path, true);
  }

  async stat(entry: TreeEntry): Promise<FileStat> {
    return this.image.stat(entry.inode);
  }

  /** The way along a path; where names are compared without regard to case, the view knows how. */
  private async walk(path: string, followLast: boolean): Promise<TreeEntry | undefined> {
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

  /** Goes down to a directory: the one of the path before, where it is the same. Lists of paths mostly go by directory. */
  private async enter(asked: string): Promise<Entered> {
    const last = this.entered;
    if (last.asked === asked) return last;
    const place = await this.step([...partsOf(asked), '.'].reverse(), true, root);
    this.entered = { ...place, asked, path: place.at < 0 ? '' : this.pathOf(place.at) };
    return this.entered;
  }

  private async folded(path: string, followLast: boolean): Promise<number> {
    try {
      const { inode, components } = await this.image.resolve(path, { followLast });
      const last = components[components.length - 1];
      const { at } = last === undefined ? root : await this.step(partsOf(last.path).reverse(), false, root);
      return at >= 0 && this.names.inode.get(at) === inode ? at : -1;
    } catch (error) {
      if (error instanceof ImageError) return -1;
      throw error;
    }
  }

  /** Goes on from a place by the names of `pending`, the next one last; at -1 where that leads nowhere. */
  private async step(pending: string[], followLast: boolean, from: Place): Promise<Place> {
    const { names } = this;
    let { at, links } = from;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (names.type(at) !== directoryType) return nowhere;
      if (name === '.') continue;
      if (name === '..') {
        at = at === 0 ? 0 : names.parent.get(at);
        continue;
      }
      const child = names.findChild(at, parsePrintableName(name));
      if (child < 0) return nowhere;
      if (names.type(child) !== symlinkType || (pending.length === 0 && !followLast)) {
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
    try {
      const target = await this.image.readlink(inode);
      if (this.targets.size >= maxTargets) this.targets.clear();
      this.targets.set(inode, target);
      return target;
    } catch (error) {
      if (error instanceof ImageError) return undefined;
      throw error;
    }
  }
}

/** The names in a path; one that ends in a slash asks for a directory, as a dot does. */
function partsOf(path: string): string[] {
  const parts = path.split('/');
  const trailing = parts.length > 1 && parts[parts.length - 1] === '';
  const names = parts.filter((part) => part !== '');
  if (trailing && names.length > 0) names.push('.');
  return names;
}

/** The tree of an image as content checks look things up in it. */
import { joinPath, parsePrintableName, printableName } from '../bytes/names';
import { maxSymlinks } from '../layout/limits';
import { ImageError } from '../view/error';
import type { Image } from '../view/image';
import { type FileStat, typeOfEntry } from '../view/stat';
import type { NameTable } from './name-table';
import type { Tree, TreeEntry } from './tree';
import { directoryType, walkTree } from './walk-tree';

const fileType = 1;
const symlinkType = 7;
/** Targets of symlinks that are kept for the next way that leads over them. */
const maxTargets = 65536;

export class ImageTree implements Tree {
  readonly partial: readonly string[];
  private readonly targets = new Map<number, string>();

  private constructor(
    private readonly image: Image,
    /** All names; those of a directory follow each other. */
    readonly names: NameTable,
    partial: readonly number[],
  ) {
    this.partial = partial.map((index) => this.pathOf(index)).sort();
  }

  /** Reads all names. Damage ends nothing; what could not be read is named by `partial`. */
  static async read(image: Image): Promise<ImageTree> {
    const { names, partial } = await walkTree(image.volume, image.groups);
    return new ImageTree(image, names, partial);
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
    const index = this.image.volume.geometry.features.casefold
      ? await this.folded(path, followLast)
      : await this.step(path, followLast);
    return index < 0 ? undefined : this.entry(index, this.pathOf(index));
  }

  private async folded(path: string, followLast: boolean): Promise<number> {
    try {
      const { inode, components } = await this.image.resolve(path, { followLast });
      const last = components[components.length - 1];
      const index = last === undefined ? 0 : await this.step(last.path, false);
      return index >= 0 && this.names.inode.get(index) === inode ? index : -1;
    } catch (error) {
      if (error instanceof ImageError) return -1;
      throw error;
    }
  }

  private async step(path: string, followLast: boolean): Promise<number> {
    const { names } = this;
    const pending = partsOf(path);
    let links = 0;
    let at = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (names.type(at) !== directoryType) return -1;
      if (name === '.') continue;
      if (name === '..') {
        at = at === 0 ? 0 : names.parent.get(at);
        continue;
      }
      const child = names.findChild(at, parsePrintableName(name));
      if (child < 0) return -1;
      if (names.type(child) !== symlinkType || (pending.length === 0 && !followLast)) {
        at = child;
        continue;
      }
      const target = ++links > maxSymlinks ? undefined : await this.targetOf(names.inode.get(child));
      if (target === undefined) return -1;
      if (target.startsWith('/')) at = 0;
      pending.push(...partsOf(target));
    }
    return at;
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

/** The names in a path, the last one first; one that ends in a slash asks for a directory, as a dot does. */
function partsOf(path: string): string[] {
  const parts = path.split('/');
  const trailing = parts.length > 1 && parts[parts.length - 1] === '';
  const names = parts.filter((part) => part !== '');
  if (trailing && names.length > 0) names.push('.');
  return names.reverse();
}

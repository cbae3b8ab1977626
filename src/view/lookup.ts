/** Resolves a path to an inode: compares names as the directory does, and follows symlinks inside the image. */
import { NameFolder } from '../bytes/casefold';
import { joinPath, parsePrintableName, printableName } from '../bytes/names';
import { inodeFlags, reservedInode } from '../layout/inode';
import { maxSymlinks } from '../layout/limits';
import { encodingFlags, encodingUtf8 } from '../layout/superblock';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import { eachEntry, entryAreas, requireDirectory } from './directory';
import { ImageError } from './error';
import { symlinkTarget } from './file';
import { inodeFault } from './sound';
import { type InodeRecord, loadInode, placeOf, requireUsed } from './stat';

/** One step of a path lookup. */
export interface PathComponent {
  /** Absolute inside the image, without symlinks. */
  path: string;
  inode: number;
}

export interface Resolution {
  record: InodeRecord;
  /** Each name on the path, in order, symlinks included. */
  components: PathComponent[];
}

/** Largest number of names kept for the next lookup. */
const maxNames = 131072;
const slash = 0x2f;
const dot = new Uint8Array([0x2e]);

interface NameIndex {
  /** Inode numbers by name, one UTF-16 unit per byte; folded in casefolded directories. */
  names: Map<string, number>;
  /** Whether all blocks were readable and valid. */
  sound: boolean;
}

const keyOf = (name: Uint8Array): string => String.fromCharCode(...name);
const isDot = (name: Uint8Array): boolean => name.length === 1 && name[0] === dot[0];
const isDotDot = (name: Uint8Array): boolean => name.length === 2 && name[0] === dot[0] && name[1] === dot[0];

/** The names in a path; a slash at its end requires a directory, and becomes `self`, a dot. */
function namesIn<Name extends { length: number }>(parts: Name[], self: Name): Name[] {
  const names = parts.filter((part) => part.length > 0);
  if (names.length > 0 && parts[parts.length - 1]!.length === 0) names.push(self);
  return names;
}

function splitBytes(path: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let to = path.indexOf(slash); to >= 0; to = path.indexOf(slash, from)) {
    parts.push(path.subarray(from, to));
    from = to + 1;
  }
  parts.push(path.subarray(from));
  return parts;
}

export class Lookup {
  private readonly known = new Map<number, NameIndex>();
  private held = 0;
  private readonly folder = new NameFolder();

  /** A strict lookup accepts only what a kernel would: inodes without fault, blocks of entries with right checksums. */
  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly strict = false,
  ) {}

  private async load(ino: number, path: string): Promise<InodeRecord> {
    const record = await loadInode(this.volume, this.groups, ino, path);
    requireUsed(record);
    const fault = this.strict ? inodeFault(this.volume, record) : null;
    if (fault !== null) throw new ImageError('damaged', fault, placeOf(record));
    return record;
  }

  /**
   * The key of a name. In casefolded directories it is the folded name with a mark; a name that cannot be folded is
   * compared byte by byte, or matches nothing (null) in strict mode.
   */
  private keyIn(directory: InodeRecord, name: Uint8Array): string | null {
    const { features, sb } = this.volume.geometry;
    const folds = features.casefold && sb.s_encoding === encodingUtf8;
    if (!folds || (directory.flags & inodeFlags.CASEFOLD) === 0) return keyOf(name);
    const length = this.folder.fold(name, 0, name.length);
    if (length >= 0) return `f${keyOf(this.folder.bytes.subarray(0, length))}`;
    return (sb.s_encoding_flags & encodingFlags.STRICT) === 0 ? `r${keyOf(name)}` : null;
  }

  /** The names of a directory; of a very large one those that fit, and `wanted`. */
  private async read(directory: InodeRecord, wanted: string | null): Promise<NameIndex> {
    const known = this.known.get(directory.ino);
    if (known) return known;
    const index: NameIndex = { names: new Map(), sound: true };
    let whole = true;
    for await (const area of entryAreas(this.volume, directory)) {
      if (area === null || !area.checksumGood) index.sound = false;
      if (area === null || (this.strict && !area.checksumGood)) continue;
      const bytes = new Uint8Array(area.view.buffer, area.view.byteOffset, area.view.byteLength);
      const sound = eachEntry(area, this.volume.geometry.blockSize, (ino, at, length) => {
        const name = this.keyIn(directory, bytes.subarray(at, at + length));
        if (name === null || index.names.has(name)) return true;
        if (index.names.size < maxNames || name === wanted) index.names.set(name, ino);
        else whole = false;
        return true;
      });
      if (!sound) index.sound = false;
    }
    if (!whole) return index;
    if (this.held + index.names.size > maxNames) {
      this.known.clear();
      this.held = 0;
    }
    this.known.set(directory.ino, index);
    this.held += index.names.size;
    return index;
  }

  /** The inode of `name` in a directory. @throws ImageError */
  private async step(directory: InodeRecord, name: Uint8Array): Promise<InodeRecord> {
    const path = joinPath(directory.path ?? '', printableName(name));
    const wanted = this.keyIn(directory, name.subarray(0, 256));
    const index = await this.read(directory, wanted);
    const ino = wanted === null ? undefined : index.names.get(wanted);
    if (ino === undefined) {
      if (index.sound) throw new ImageError('not-found', 'no such name', { path });
      const what = `parts of this directory are lost, and ${printableName(name)} is not in the rest`;
      throw new ImageError('damaged', what, placeOf(directory));
    }
    const { firstIno, inodesCount } = this.volume.geometry;
    if ((ino < firstIno && ino !== reservedInode.ROOT) || ino > inodesCount)
      throw new ImageError('damaged', `it refers to inode ${ino}, which no file can have`, { path, inode: ino });
    return this.load(ino, path);
  }

  /**
   * Resolves `path`, which starts at the root of the image and is written as `printableName` writes names. '..' stops
   * at the root. A symlink at its end is followed when `followLast` is set or a slash comes after it.
   * @throws ImageError whose `path` is the component at which the lookup stopped
   */
  async resolve(path: string, followLast: boolean): Promise<Resolution> {
    // names are converted to bytes one by one: a long path that does not exist mostly ends at its first name
    const pending: (Uint8Array | string)[] = namesIn(path.split('/'), '.').reverse();
    const way = [await this.load(reservedInode.ROOT, '/')];
    const components: PathComponent[] = [];
    let links = 0;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const name = typeof next === 'string' ? parsePrintableName(next) : next;
      const here = way[way.length - 1]!;
      requireDirectory(here);
      if (isDot(name)) continue;
      if (isDotDot(name)) {
        if (way.length > 1) way.pop();
        continue;
      }
      const record = await this.step(here, name);
      components.push({ path: record.path ?? '', inode: record.ino });
      if (record.type !== 'symlink' || (pending.length === 0 && !followLast)) {
        way.push(record);
        continue;
      }
      if (++links > maxSymlinks) {
        const what = `more than ${maxSymlinks} symlinks in the path`;
        throw new ImageError('too-many-links', what, placeOf(record));
      }
      const target = await symlinkTarget(this.volume, record);
      if (target[0] === slash) way.length = 1;
      pending.push(...namesIn(splitBytes(target), dot).reverse());
    }
    return { record: way[way.length - 1]!, components };
  }
}

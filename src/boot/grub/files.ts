/** Files as GRUB's ext2 driver finds and reads them: without journal, checksums and hash trees, and with lower limits. */
import { joinPath, parsePrintableName, printableName } from '../../bytes/names';
import { dirent, direntHeaderSize } from '../../layout/dirent';
import { inode, inodeFlags } from '../../layout/inode';
import { catchImageError } from '../../view/error';
import { blocksCovered } from '../../view/file';
import { fileRuns, type Run } from '../../view/runs';
import { type InodeRecord, loadInode, typeOfEntry } from '../../view/stat';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';
import type { GrubLimits } from '../features/grub';
import { GrubError, grubResult } from './error';
import { GrubFile, outsideDisk } from './file';

/** Bytes of one directory that are searched: far more than any directory of a boot path has. */
const maxDirectory = 2 ** 26;
/** Longest symlink target that is followed, in bytes. */
const maxTarget = 4096;

interface Entry {
  inode: number;
  /** Type in the entry; 0 if the entry has none. */
  type: number;
}

/** The names in a path, the last one first. */
const namesOf = (path: string): Uint8Array[] =>
  path
    .split('/')
    .filter((part) => part !== '')
    .map(parsePrintableName)
    .reverse();

const sameName = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

export class GrubReader {
  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly limits: GrubLimits,
  ) {}

  /** Opens a regular file by its absolute path. @throws GrubError */
  async open(path: string): Promise<GrubFile> {
    const notFound = this.limits.omitsMissingName ? 'file not found.' : `file \`${path}' not found.`;
    const record = await this.resolve(path, notFound);
    if (record.type !== 'file')
      throw new GrubError('not-a-file', 'it is not a regular file', 'not a regular file.', record.path ?? path);
    if ((record.flags & inodeFlags.ENCRYPT) !== 0)
      throw new GrubError('limit', 'it is encrypted', 'file is encrypted.', record.path ?? path);
    return new GrubFile(this.volume, record, this.limits);
  }

  /** Names of the entries of a directory, without '.' and '..'; empty if there is no such directory. */
  async list(path: string): Promise<string[]> {
    const names: string[] = [];
    const record = await grubResult(this.resolve(path, ''));
    if (record instanceof GrubError || record.type !== 'directory') return [];
    const addName = (name: Uint8Array) => {
      const text = printableName(name);
      if (text !== '.' && text !== '..') names.push(text);
      return names.length >= 65536;
    };
    await grubResult(this.scan(record, addName));
    return names;
  }

  private async load(ino: number, path: string, notFound: string): Promise<InodeRecord> {
    return catchImageError(
      () => loadInode(this.volume, this.groups, ino, path),
      ({ code }) => {
        if (code === 'unreadable') throw new GrubError('damaged', 'its inode cannot be read', outsideDisk, path);
        throw new GrubError('damaged', `it refers to inode ${ino}, which does not exist`, notFound, path);
      },
    );
  }

  private async resolve(path: string, notFound: string): Promise<InodeRecord> {
    const parents = [await this.load(2, '/', notFound)];
    const pending = namesOf(path);
    let links = 0;
    let through: string | undefined;
    for (let name = pending.pop(); name; name = pending.pop()) {
      const here = parents.at(-1)!;
      const text = printableName(name);
      if (text === '.') continue;
      if (text === '..') {
        if (parents.length > 1) parents.pop();
        continue;
      }
      if (here.type !== 'directory')
        throw new GrubError('not-a-directory', 'it is not a directory', 'not a directory.', here.path ?? path);
      const at = joinPath(here.path ?? '', text);
      const entry = await this.find(here, name, notFound);
      if (entry === null) {
        if (through !== undefined)
          throw new GrubError('dangling', `the symlink points to ${at}, which does not exist`, notFound, through);
        throw new GrubError('not-found', 'no such file or directory', notFound, at);
      }
      const loaded = await this.load(entry.inode, at, notFound);
      // the driver uses the type in the entry if there is one
      const record = entry.type === 0 ? loaded : { ...loaded, type: typeOfEntry(entry.type) };
      if (record.type !== 'symlink') {
        parents.push(record);
        continue;
      }
      if (++links >= this.limits.maxSymlinks) throw this.tooManyLinks(at);
      const target = await this.target(record, at, notFound);
      through = at;
      if (target.startsWith('/')) parents.length = 1;
      pending.push(...namesOf(target));
    }
    return parents.at(-1)!;
  }

  private tooManyLinks(at: string): GrubError {
    const why = `GRUB follows at most ${this.limits.maxSymlinks - 1} symlinks`;
    return new GrubError('too-many-links', why, 'too deep nesting of symlinks.', at);
  }

  private async target(record: InodeRecord, path: string, notFound: string): Promise<string> {
    const { size } = record;
    if (size > maxTarget)
      throw new GrubError(
        'damaged',
        `the target of the symlink has ${size} bytes, more than is allowed`,
        notFound,
        path,
      );
    if (size === 60 && this.limits.loses60ByteLinks) {
      const why = 'the target of the symlink has 60 bytes, which GRUB before 2.06 cannot read';
      throw new GrubError('limit', why, notFound, path);
    }
    const bytes =
      size < 60
        ? inode.i_block(record.view, 0).slice(0, size)
        : await new GrubFile(this.volume, record, this.limits).head(size);
    const zero = bytes.indexOf(0);
    const target = printableName(zero < 0 ? bytes : bytes.subarray(0, zero));
    if (target === '') throw new GrubError('damaged', 'the target of the symlink is empty', notFound, path);
    return target;
  }

  private async find(directory: InodeRecord, name: Uint8Array, notFound: string): Promise<Entry | null> {
    let found: Entry | null = null;
    const damage = await this.scan(directory, (each, entry) => {
      if (sameName(each, name)) found = entry;
      return found !== null;
    });
    if (found !== null || damage === null) return found;
    const why = `the directory is damaged (${damage}), and the name is not in the rest`;
    throw new GrubError('damaged', why, notFound, directory.path ?? '/');
  }

  /** Scans to the first invalid record; returns what is wrong with the directory, or null. */
  private async scan(
    directory: InodeRecord,
    visit: (name: Uint8Array, entry: Entry) => boolean,
  ): Promise<string | null> {
    if ((directory.flags & inodeFlags.ENCRYPT) !== 0)
      throw new GrubError('limit', 'the directory is encrypted', 'directory is encrypted.', directory.path ?? '/');
    const { blockSize } = this.volume.geometry;
    let searched = 0;
    for await (const run of fileRuns(this.volume, directory.view, blocksCovered(this.volume, directory))) {
      for (let i = 0; i < run.count; i++) {
        const view = run.kind === 'data' || run.kind === 'unwritten' ? await this.volume.block(run.physical + i) : null;
        if (view === null) return gapOf(run);
        searched += blockSize;
        if (searched > maxDirectory) return 'it is larger than any directory on a boot path';
        const damage = scanBlock(view, visit);
        if (damage !== 'next') return damage;
      }
    }
    return null;
  }
}

const gapOf = (run: Run): string => (run.kind === 'hole' ? 'a block is missing' : 'a block cannot be read');

/** Scans one block of entries. Returns what is wrong with it, null if `visit` stops the scan, or `next`. */
function scanBlock(view: DataView, visit: (name: Uint8Array, entry: Entry) => boolean): string | null {
  for (let at = 0; at + direntHeaderSize <= view.byteLength; ) {
    const length = dirent.rec_len(view, at);
    // in blocks of 64 KiB, 65536 is stored as 65535 or 0
    const whole = view.byteLength === 65536 && (length === 0 || length === 65535);
    if (length === 0 && !whole) return 'a record has length 0, at which GRUB stops reading';
    const size = dirent.name_len(view, at);
    const ino = dirent.inode(view, at);
    const nameAt = at + direntHeaderSize;
    if (ino !== 0 && size > 0) {
      if (nameAt + size > view.byteLength) return 'a name extends past its block';
      const name = new Uint8Array(view.buffer, view.byteOffset + nameAt, size);
      if (visit(name, { inode: ino, type: dirent.file_type(view, at) & 7 })) return null;
    }
    if (whole) break;
    if (length < direntHeaderSize || length % 4 !== 0 || at + length > view.byteLength)
      return 'a record has an invalid length';
    at += length;
  }
  return 'next';
}

/** Files as GRUB's own ext2 driver finds and reads them: no journal, no checksums, no index, and less patience. */
import { joinPath, parsePrintableName, printableName } from '../../bytes/names';
import { dirent, direntHeaderSize } from '../../layout/dirent';
import { inode, inodeFlags } from '../../layout/inode';
import { ImageError } from '../../view/error';
import { blocksCovered } from '../../view/file';
import { fileRuns, type Run } from '../../view/runs';
import { type InodeRecord, loadInode, typeOfEntry } from '../../view/stat';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';
import type { GrubLimits } from '../features/grub';
import { GrubError } from './error';
import { GrubFile, outsideDisk } from './file';

/** Bytes of one directory looked at: far more than any directory of a boot path has. */
const maxDirectory = 2 ** 26;
/** Longest symlink target that is followed, in bytes. */
const maxTarget = 4096;

interface Entry {
  inode: number;
  /** As the entry says; 0 where it does not. */
  type: number;
}

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
    const notFound = `file \`${path}' not found.`;
    const record = await this.walk(path, notFound);
    if (record.type !== 'file')
      throw new GrubError('not-a-file', 'it is not a regular file', 'not a regular file.', record.path ?? path);
    if ((record.flags & inodeFlags.ENCRYPT) !== 0)
      throw new GrubError('limit', 'it is encrypted', 'file is encrypted.', record.path ?? path);
    return new GrubFile(this.volume, record, this.limits);
  }

  /** Names of the entries of a directory, '.' and '..' left out; empty when there is no such directory. */
  async list(path: string): Promise<string[]> {
    const names: string[] = [];
    try {
      const record = await this.walk(path, '');
      if (record.type !== 'directory') return [];
      await this.scan(record, (name) => {
        const text = printableName(name);
        if (text !== '.' && text !== '..') names.push(text);
        return names.length >= 65536;
      });
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
    }
    return names;
  }

  private async load(ino: number, path: string, notFound: string): Promise<InodeRecord> {
    try {
      return await loadInode(this.volume, this.groups, ino, path);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const why =
        error.code === 'unreadable' ? 'its inode cannot be read' : `it names inode ${ino}, which does not exist`;
      throw new GrubError('damaged', why, error.code === 'unreadable' ? outsideDisk : notFound, path);
    }
  }

  private async walk(path: string, notFound: string): Promise<InodeRecord> {
    const way = [await this.load(2, '/', notFound)];
    const pending = path
      .split('/')
      .filter((part) => part !== '')
      .map(parsePrintableName)
      .reverse();
    let links = 0;
    let through: string | undefined;
    for (let name = pending.pop(); name; name = pending.pop()) {
      const here = way[way.length - 1]!;
      const text = printableName(name);
      if (text === '.') continue;
      if (text === '..') {
        if (way.length > 1) way.pop();
        continue;
      }
      if (here.type !== 'directory')
        throw new GrubError('not-a-directory', 'it is not a directory', 'not a directory.', here.path ?? path);
      const at = joinPath(here.path ?? '', text);
      const entry = await this.find(here, name, notFound);
      if (entry === null) {
        if (through !== undefined)
          throw new GrubError('dangling', `the symlink leads to ${at}, which is not there`, notFound, through);
        throw new GrubError('not-found', 'there is no such name', notFound, at);
      }
      const loaded = await this.load(entry.inode, at, notFound);
      // the driver believes the entry where it names a type
      const record = entry.type === 0 ? loaded : { ...loaded, type: typeOfEntry(entry.type) };
      if (record.type !== 'symlink') {
        way.push(record);
        continue;
      }
      if (++links >= this.limits.maxSymlinks)
        throw new GrubError(
          'too-many-links',
          `GRUB follows ${this.limits.maxSymlinks - 1} symlinks at most`,
          'too deep nesting of symlinks.',
          at,
        );
      const target = await this.target(record, at, notFound);
      through = at;
      if (target.startsWith('/')) way.length = 1;
      pending.push(
        ...target
          .split('/')
          .filter((part) => part !== '')
          .map(parsePrintableName)
          .reverse(),
      );
    }
    return way[way.length - 1]!;
  }

  private async target(record: InodeRecord, path: string, notFound: string): Promise<string> {
    if (record.size > maxTarget) throw new GrubError('damaged', 'the symlink is too long to be one', notFound, path);
    let bytes: Uint8Array;
    if (record.size < 60) bytes = inode.i_block(record.view, 0).slice(0, record.size);
    else if (record.size === 60 && this.limits.loses60ByteLinks)
      throw new GrubError(
        'limit',
        'the target of the symlink has 60 bytes, which GRUB before 2.06 loses',
        notFound,
        path,
      );
    else {
      const file = new GrubFile(this.volume, record, this.limits);
      bytes = await file.head(record.size);
    }
    const zero = bytes.indexOf(0);
    const target = printableName(zero < 0 ? bytes : bytes.subarray(0, zero));
    if (target === '') throw new GrubError('damaged', 'the target of the symlink is empty', notFound, path);
    return target;
  }

  private async find(directory: InodeRecord, name: Uint8Array, notFound: string): Promise<Entry | null> {
    let found: Entry | null = null;
    const sound = await this.scan(directory, (each, entry) => {
      if (sameName(each, name)) found = entry;
      return found !== null;
    });
    if (found === null && sound !== null)
      throw new GrubError(
        'damaged',
        `the directory is damaged (${sound}), and the name is not in the rest`,
        notFound,
        directory.path ?? '/',
      );
    return found;
  }

  /** A plain scan to the first record that makes no sense; returns what was wrong with the directory, or null. */
  private async scan(
    directory: InodeRecord,
    visit: (name: Uint8Array, entry: Entry) => boolean,
  ): Promise<string | null> {
    if ((directory.flags & inodeFlags.ENCRYPT) !== 0)
      throw new GrubError('limit', 'the directory is encrypted', 'directory is encrypted.', directory.path ?? '/');
    const { blockSize } = this.volume.geometry;
    let looked = 0;
    for await (const run of fileRuns(this.volume, directory.view, blocksCovered(this.volume, directory))) {
      for (let i = 0; i < run.count; i++) {
        const view = run.kind === 'data' || run.kind === 'unwritten' ? await this.volume.block(run.physical + i) : null;
        if (view === null) return gapOf(run);
        looked += blockSize;
        if (looked > maxDirectory) return 'it is larger than any directory on a boot path';
        const damage = scanBlock(view, visit);
        if (damage !== 'next') return damage;
      }
    }
    return null;
  }
}

const gapOf = (run: Run): string => (run.kind === 'hole' ? 'a block is missing' : 'a block cannot be read');

/** One block of entries: what is wrong with it, null when `visit` has seen enough, or `next`. */
function scanBlock(view: DataView, visit: (name: Uint8Array, entry: Entry) => boolean): string | null {
  for (let at = 0; at + direntHeaderSize <= view.byteLength; ) {
    const length = dirent.rec_len(view, at);
    // blocks of 64 KiB write 65536 as 65535 or 0
    const whole = view.byteLength === 65536 && (length === 0 || length === 65535);
    if (length === 0 && !whole) return 'a record has no length, where GRUB stops reading';
    const size = dirent.name_len(view, at);
    const ino = dirent.inode(view, at);
    const nameAt = at + direntHeaderSize;
    if (ino !== 0 && size > 0) {
      if (nameAt + size > view.byteLength) return 'a name reaches past its block';
      const name = new Uint8Array(view.buffer, view.byteOffset + nameAt, size);
      if (visit(name, { inode: ino, type: dirent.file_type(view, at) & 7 })) return null;
    }
    if (whole) break;
    if (length < direntHeaderSize || length % 4 !== 0 || at + length > view.byteLength)
      return 'a record makes no sense';
    at += length;
  }
  return 'next';
}

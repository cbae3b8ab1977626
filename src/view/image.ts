/** A tolerant, read-only view of an image: what can still be read, can be read here; what cannot, says why. */
import { printableName } from '../bytes/names';
import { uuidText } from '../bytes/uuid';
import type { ByteSource } from '../source/source';
import type { Groups } from '../volume/groups';
import type { OpenResult } from '../volume/open';
import type { Volume } from '../volume/volume';
import { Directory, requireDirectory } from './directory';
import { ImageError } from './error';
import { contentOf, symlinkTarget, wholeContent } from './file';
import { fileSourceOf } from './file-source';
import { Lookup, type PathComponent, type Resolution } from './lookup';
import { type FileStat, type InodeRecord, loadInode, placeOf, requireUsed, statOf } from './stat';

/** Where a path leads. */
export interface ResolvedPath {
  /** Absolute, without symlinks. */
  path: string;
  inode: number;
  /** Each name passed on the way, in order, symlinks among them. */
  components: PathComponent[];
}

/**
 * A file system inside an image. A file is named by an absolute path or by its inode number.
 *
 * In paths, names are written as `printableName` writes them; plain text is plain text. Names are compared byte for
 * byte, in casefolded directories without regard to case. Symlinks are followed inside the image, at most 40 in one path, absolute ones from
 * its root, and '..' does not lead out of it. A wrong checksum alone stops nothing.
 *
 * All methods throw `ImageError` for what the image cannot answer, and the signal's reason once it is aborted.
 */
export class Image {
  private readonly lookup: Lookup;

  /** `source`, if given, is what `close` closes. `volume` and `groups` are for this package's own readers. */
  constructor(
    /** @internal */
    readonly volume: Volume,
    /** @internal */
    readonly groups: Groups,
    private readonly source?: ByteSource,
  ) {
    this.lookup = new Lookup(volume, groups);
  }

  /** What the superblock calls the file system: its label, printable, and its UUID. */
  get identity(): { label: string; uuid: string } {
    const { s_volume_name, s_uuid } = this.volume.geometry.sb;
    const end = s_volume_name.indexOf(0);
    return { label: printableName(s_volume_name, 0, end < 0 ? s_volume_name.length : end), uuid: uuidText(s_uuid) };
  }

  /** The file at a path (a symlink at its end is followed), or an inode whether it is in use or not. */
  async stat(file: string | number): Promise<FileStat> {
    const record = typeof file === 'number' ? await loadInode(this.volume, this.groups, file) : await this.walk(file);
    return statOf(this.volume.geometry, record);
  }

  /** As `stat`, without following a symlink at the end of the path. */
  async lstat(path: string): Promise<FileStat> {
    return statOf(this.volume.geometry, await this.walk(path, false));
  }

  /** The entries of a directory, to iterate over with `for await`, or all at once with `list()`. */
  readdir(directory: string | number): Directory {
    return new Directory(this.volume, async () => {
      const record = await this.open(directory);
      requireDirectory(record);
      return record;
    });
  }

  /** The target of a symlink as printable text; `parsePrintableName` gives the raw bytes back. */
  async readlink(link: string | number): Promise<string> {
    return printableName(await symlinkTarget(this.volume, await this.open(link, false)));
  }

  /**
   * A regular file's bytes in order, in pieces of at most 256 KiB, holes as zeros, never past its size. Where bytes cannot
   * be had it throws, with `at` and `length` of the range, after handing on all bytes before it.
   */
  async *readFile(file: string | number, options: { signal?: AbortSignal } = {}): AsyncGenerator<Uint8Array, void> {
    yield* contentOf(this.volume, await this.regular(file), options.signal);
  }

  /** All of a regular file. @throws ImageError `too-large` when that is more than `maxBytes` */
  async readWhole(file: string | number, maxBytes: number): Promise<Uint8Array> {
    return wholeContent(this.volume, await this.regular(file), maxBytes);
  }

  /**
   * A regular file as a source of bytes that can be read at any offset, such as an image inside of this one. Where its
   * bytes cannot be had, reads throw a SourceError. Closing it does nothing.
   */
  async openFile(file: string | number): Promise<ByteSource> {
    return fileSourceOf(this.volume, await this.regular(file));
  }

  /** Where a path leads and over which names. `followLast` (default true) also follows a symlink at its end. */
  async resolve(path: string, options: { followLast?: boolean } = {}): Promise<ResolvedPath> {
    const { record, components } = await this.resolution(path, options.followLast ?? true);
    return { path: record.path ?? path, inode: record.ino, components };
  }

  /** Closes the source that the view was opened on. */
  async close(): Promise<void> {
    await this.source?.close?.();
  }

  private async resolution(path: string, followLast: boolean): Promise<Resolution> {
    if (!path.startsWith('/')) throw new ImageError('bad-path', 'a path starts with a slash', { path });
    return this.lookup.resolve(path, followLast);
  }

  private async walk(path: string, followLast = true): Promise<InodeRecord> {
    return (await this.resolution(path, followLast)).record;
  }

  private async open(file: string | number, followLast = true): Promise<InodeRecord> {
    if (typeof file === 'string') return this.walk(file, followLast);
    const record = await loadInode(this.volume, this.groups, file);
    requireUsed(record);
    return record;
  }

  private async regular(file: string | number): Promise<InodeRecord> {
    const record = await this.open(file);
    if (record.type !== 'file') throw new ImageError('not-a-file', 'it is not a regular file', placeOf(record));
    return record;
  }
}

/**
 * The view of what was opened in `source`, which `close()` closes.
 * @throws ImageError `no-file-system`, `unsupported`, or `unreadable` when the superblock could not be read
 */
export function viewOf({ opening, primary, unreadable }: OpenResult, source: ByteSource): Image {
  if (opening) return new Image(opening.volume, opening.groups, source);
  const detail = primary === null ? '' : `: ${primary.detail}`;
  if (primary?.kind === 'revision' || primary?.kind === 'feature' || primary?.kind === 'optional-feature')
    throw new ImageError('unsupported', `the file system is of a newer format${detail}`);
  if (unreadable) throw new ImageError('unreadable', 'the superblock cannot be read');
  throw new ImageError('no-file-system', `no ext2, ext3 or ext4 superblock can be used${detail}`);
}

/** Implements the tolerant, read-only view of an image. */
import { printableField, printableName } from '../bytes/names';
import { uuidText } from '../bytes/uuid';
import type { ByteSource } from '../source/source';
import type { Groups } from '../volume/groups';
import type { OpenResult } from '../volume/open';
import type { Volume } from '../volume/volume';
import { Directory, requireDirectory } from './directory';
import { ImageError } from './error';
import { contentOf, symlinkTarget, wholeContent } from './file';
import { fileSourceOf } from './file-source';
import type { DirectoryView, Image, ResolvedPath } from './image';
import { Lookup, type Resolution } from './lookup';
import { type FileStat, type InodeRecord, loadInode, placeOf, requireUsed, statOf } from './stat';

/** The implementation of the view, with the readers that other modules of this package may use. */
export class OpenedImage implements Image {
  private readonly lookup: Lookup;

  /** `close` closes `source`, if there is one. */
  constructor(
    readonly volume: Volume,
    readonly groups: Groups,
    private readonly source?: ByteSource,
  ) {
    this.lookup = new Lookup(volume, groups);
  }

  get identity(): { label: string; uuid: string } {
    const { s_volume_name, s_uuid } = this.volume.geometry.sb;
    return { label: printableField(s_volume_name), uuid: uuidText(s_uuid) };
  }

  async stat(file: string | number): Promise<FileStat> {
    const record = typeof file === 'number' ? await loadInode(this.volume, this.groups, file) : await this.walk(file);
    return statOf(this.volume.geometry, record);
  }

  async lstat(path: string): Promise<FileStat> {
    return statOf(this.volume.geometry, await this.walk(path, false));
  }

  readdir(directory: string | number): DirectoryView {
    return new Directory(this.volume, async () => {
      const record = await this.open(directory);
      requireDirectory(record);
      return record;
    });
  }

  async readlink(link: string | number): Promise<string> {
    return printableName(await symlinkTarget(this.volume, await this.open(link, false)));
  }

  async *readFile(file: string | number, options: { signal?: AbortSignal } = {}): AsyncGenerator<Uint8Array, void> {
    yield* contentOf(this.volume, await this.regular(file), options.signal);
  }

  async readWhole(file: string | number, maxBytes: number): Promise<Uint8Array> {
    return wholeContent(this.volume, await this.regular(file), maxBytes);
  }

  async openFile(file: string | number): Promise<ByteSource> {
    return fileSourceOf(this.volume, await this.regular(file));
  }

  async resolve(path: string, options: { followLast?: boolean } = {}): Promise<ResolvedPath> {
    const { record, components } = await this.resolution(path, options.followLast ?? true);
    return { path: record.path ?? path, inode: record.ino, components };
  }

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
 * The view of the file system opened in `source`, which `close()` closes.
 * @throws ImageError `no-file-system`, `unsupported`, or `unreadable` when the superblock could not be read
 */
export function viewOf({ opening, primary, unreadable, start }: OpenResult, source: ByteSource): OpenedImage {
  if (opening) return new OpenedImage(opening.volume, opening.groups, source);
  const detail = primary === null ? '' : `: ${primary.detail}`;
  if (primary?.kind === 'revision' || primary?.kind === 'feature')
    throw new ImageError('unsupported', `the file system is of a newer format${detail}`);
  if (unreadable) throw new ImageError('unreadable', 'the superblock cannot be read');
  if (start !== null) throw new ImageError('no-file-system', `this is ${start.what}`, { start });
  throw new ImageError('no-file-system', `no usable ext2, ext3 or ext4 superblock${detail}`);
}

/**
 * The implementation of a view, for modules of this package that need its readers.
 * @throws TypeError for a view that `openImage` did not make
 */
export function opened(image: Image): OpenedImage {
  if (image instanceof OpenedImage) return image;
  throw new TypeError('the image was not opened by openImage');
}

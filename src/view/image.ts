/** The view of an image's files that callers get: what can still be read, can be read here; what cannot, says why. */
import type { ByteSource } from '../source/source';
import type { DirEntry } from './directory';
import type { PathComponent } from './lookup';
import type { FileStat } from './stat';

/** Where a path leads. */
export interface ResolvedPath {
  /** Absolute, without symlinks. */
  path: string;
  inode: number;
  /** Each name passed on the way, in order, symlinks among them. */
  components: PathComponent[];
}

/**
 * The entries of one directory without '.' and '..', in the order of the disk, to be iterated with `for await`.
 * A damaged block ends at its first damaged record, and the scan goes on with the next block.
 */
export interface DirectoryView extends AsyncIterable<DirEntry> {
  /** Whether an iteration met blocks that are missing, damaged or have a wrong checksum: names may be missing. */
  readonly partial: boolean;
  /** All entries at once. @throws ImageError */
  list(): Promise<DirEntry[]>;
}

/**
 * A file system inside an image, read-only. A file is named by an absolute path or by its inode number.
 *
 * In paths, names are written as `printableName` writes them; plain text is plain text. Names are compared byte for
 * byte, in casefolded directories without regard to case. Symlinks are followed inside the image, at most 40 in one path,
 * absolute ones from its root, and '..' does not lead out of it. A wrong checksum alone stops nothing.
 *
 * All methods throw `ImageError` for what the image cannot answer, and the signal's reason once it is aborted.
 */
export interface Image {
  /** The label of the file system, printable, and its UUID. */
  readonly identity: { label: string; uuid: string };
  /** The file at a path (a symlink at its end is followed), or an inode whether it is in use or not. */
  stat(file: string | number): Promise<FileStat>;
  /** As `stat`, without following a symlink at the end of the path. */
  lstat(path: string): Promise<FileStat>;
  /** The entries of a directory, to iterate over with `for await`, or all at once with `list()`. */
  readdir(directory: string | number): DirectoryView;
  /** The target of a symlink as printable text; `parsePrintableName` gives the raw bytes back. */
  readlink(link: string | number): Promise<string>;
  /**
   * A regular file's bytes in order, in pieces of at most 256 KiB, holes as zeros, never past its size. Where bytes cannot
   * be read it throws, with `at` and `length` of the range, after all bytes before it.
   */
  readFile(file: string | number, options?: { signal?: AbortSignal }): AsyncGenerator<Uint8Array, void>;
  /** All of a regular file. @throws ImageError `too-large` when that is more than `maxBytes` */
  readWhole(file: string | number, maxBytes: number): Promise<Uint8Array>;
  /**
   * A regular file as a source of bytes that can be read at any offset, such as an image inside of this one. Where its
   * bytes cannot be read, reads throw a SourceError. Closing it does nothing.
   */
  openFile(file: string | number): Promise<ByteSource>;
  /** Where a path leads and over which names. `followLast` (default true) also follows a symlink at its end. */
  resolve(path: string, options?: { followLast?: boolean }): Promise<ResolvedPath>;
  /** Closes the source that the view was opened on. */
  close(): Promise<void>;
}

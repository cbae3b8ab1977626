/** The public view of an image's files: what is readable can be read, for the rest an error has the reason. */
import type { ByteSource } from '../source/source';
import type { DirEntry } from './directory';
import type { PathComponent } from './lookup';
import type { FileStat } from './stat';

/** The result of a path lookup. */
export interface ResolvedPath {
  /** Absolute, without symlinks. */
  path: string;
  inode: number;
  /** Each name on the path, in order, symlinks included. */
  components: PathComponent[];
}

/**
 * The entries of one directory without '.' and '..', in disk order; iterate with `for await`. A damaged block ends at
 * its first damaged record, and the scan continues with the next block.
 */
export interface DirectoryView extends AsyncIterable<DirEntry> {
  /** Whether an iteration found blocks that are missing, damaged or have a wrong checksum: names may be missing. */
  readonly partial: boolean;
  /** All entries in one array. @throws ImageError */
  list(): Promise<DirEntry[]>;
}

/**
 * A file system inside an image, read-only. A file is given by an absolute path or by its inode number.
 *
 * Names in paths are written as `printableName` writes them; ordinary text needs no escapes. Names are compared byte by
 * byte, in casefolded directories without regard to case. Symlinks are followed inside the image, at most 40 in one
 * path, absolute ones from its root, and '..' stops at the root. A wrong checksum alone is not an error.
 *
 * All methods throw `ImageError` for what the image cannot answer, and the signal's reason once it is aborted.
 */
export interface Image {
  /** The label of the file system, printable, and its UUID. */
  readonly identity: { label: string; uuid: string };
  /** The file at a path (a symlink at its end is followed), or an inode, whether it is in use or not. */
  stat(file: string | number): Promise<FileStat>;
  /** Like `stat`, without following a symlink at the end of the path. */
  lstat(path: string): Promise<FileStat>;
  /** The entries of a directory: iterate with `for await`, or get all with `list()`. */
  readdir(directory: string | number): DirectoryView;
  /** The target of a symlink as printable text; `parsePrintableName` returns the raw bytes. */
  readlink(link: string | number): Promise<string>;
  /**
   * A regular file's bytes in order, in pieces of at most 256 KiB, holes as zeros, never more than its size. For
   * unreadable bytes it throws, with `at` and `length` of the range, after all bytes before it.
   */
  readFile(file: string | number, options?: { signal?: AbortSignal }): AsyncGenerator<Uint8Array, void>;
  /** A whole regular file. @throws ImageError `too-large` for more than `maxBytes` */
  readWhole(file: string | number, maxBytes: number): Promise<Uint8Array>;
  /**
   * A regular file as a source of bytes, such as an image inside this one. Reads of unavailable bytes throw a
   * SourceError. Closing it has no effect.
   */
  openFile(file: string | number): Promise<ByteSource>;
  /** Looks up a path. `followLast` (default true) also follows a symlink at its end. */
  resolve(path: string, options?: { followLast?: boolean }): Promise<ResolvedPath>;
  /** Closes the source of the view. */
  close(): Promise<void>;
}

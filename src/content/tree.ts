/** Every name in an image, as content checks look them up. */
import type { FileStat, FileType } from '../view/stat';

/** One name. */
export interface TreeEntry {
  /** Absolute and printable, as the view writes paths; never through a symlink. `/` is the root itself. */
  readonly path: string;
  readonly inode: number;
  readonly type: FileType;
}

/** All names in an image. */
export interface Tree {
  /** Names in all, the root counted. */
  readonly size: number;
  /** All entries, parents before what they hold, siblings in the order of their bytes: the same for the same tree. */
  entries(): Iterable<TreeEntry>;
  /** The entry at a path, the last name not followed, symlinks to directories on the way followed; undefined when none. */
  find(path: string): Promise<TreeEntry | undefined>;
  /** As `find`, and a symlink at the end is followed too. */
  follow(path: string): Promise<TreeEntry | undefined>;
  /** All facts of an entry's inode. */
  stat(entry: TreeEntry): Promise<FileStat>;
  /** Paths of directories that could not be read whole: names below them may be missing here though they are on disk. */
  readonly partial: readonly string[];
}

/** The interface of the tree in which content checks look up names. */
import type { FileStat, FileType } from '../view/stat';

/** One name. */
export interface TreeEntry {
  /** Absolute and printable; without symlinks. `/` is the root. */
  readonly path: string;
  readonly inode: number;
  readonly type: FileType;
}

/** All names in an image. */
export interface Tree {
  /** Number of all names, including the root. */
  readonly size: number;
  /** All entries, parents before children, siblings in the order of their bytes. */
  entries(): Iterable<TreeEntry>;
  /** The entry at a path; symlinks are followed except the last name. Undefined if there is none. */
  find(path: string): Promise<TreeEntry | undefined>;
  /** Like `find`, but also follows a symlink at the end. */
  follow(path: string): Promise<TreeEntry | undefined>;
  /** All facts about an entry's inode. @throws ImageError */
  stat(entry: TreeEntry): Promise<FileStat>;
  /** Paths of directories that could not be read completely: names below them may be missing from the tree. */
  readonly partial: readonly string[];
}

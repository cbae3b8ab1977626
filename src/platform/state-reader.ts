/** Where the state of a machine is read from: a live system, a copied folder, or an image of the state partition. */
import type { ByteSource } from '../source/source';

/** One file or directory that a `StateReader` finds. */
export interface StateFile {
  type: 'file' | 'directory' | 'other';
  /** Bytes. */
  size: number;
  /** Whether parts of the file have no place on the disk; null where that cannot be seen. */
  sparse: boolean | null;
}

/** Paths are absolute, from the root of what is read; symlinks are followed inside of it. */
export interface StateReader {
  /** What is at a path; null when nothing is. */
  stat(path: string): Promise<StateFile | null>;
  /** The first bytes of a file, at most `length`; null when there is no such file or it cannot be read. */
  read(path: string, length: number): Promise<Uint8Array | null>;
  /** Names in a directory, sorted; none when there is no such directory. At most 65,536. */
  list(path: string): Promise<string[]>;
  /** A file as a source of bytes; null when there is no such file. The caller closes it. */
  open(path: string): Promise<ByteSource | null>;
  /** Bytes that a file in this directory could still take; null where that is not known. */
  free(path: string): Promise<number | null>;
}

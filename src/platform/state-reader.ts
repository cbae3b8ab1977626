/** The interface for reading the state of a machine: a live system, a copied folder, or an image of the state partition. */
import type { ByteSource } from '../source/source';

/** One file or directory that a `StateReader` finds. */
export interface StateFile {
  type: 'file' | 'directory' | 'other';
  /** Bytes. */
  size: number;
  /** Whether the file has holes; null if unknown. */
  sparse: boolean | null;
}

/** Reads the files of a machine. Paths are absolute below the root; symlinks are followed inside it. */
export interface StateReader {
  /** Facts about a path; null if it does not exist. */
  stat(path: string): Promise<StateFile | null>;
  /** The first bytes of a file, at most `length`; null if it does not exist or cannot be read. */
  read(path: string, length: number): Promise<Uint8Array | null>;
  /** Names in a directory, sorted, at most 65,536; none if it does not exist. */
  list(path: string): Promise<string[]>;
  /** A file as a source of bytes, which the caller closes; null if it does not exist. @throws SourceError if it cannot be opened */
  open(path: string): Promise<ByteSource | null>;
  /** Free space for a file in this directory, in bytes; null if unknown. */
  free(path: string): Promise<number | null>;
  /** Paths that were asked for and that this user may not look at, in order, at most 1,000: they may exist. */
  readonly denied?: ReadonlySet<string>;
}

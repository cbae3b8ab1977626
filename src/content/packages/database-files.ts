/** Files of a package database, read whole and within a bound for all of them together. */
import { ImageError } from '../../view/error';
import type { Image } from '../../view/image';
import type { FileStat } from '../../view/stat';
import { DatabaseError } from './package-file';

/** Largest file that is read, in bytes: it is held in memory while its packages are gone through. */
export const maxDatabaseFile = 2 ** 27;
/** Bytes of all files of all databases together. */
export const maxDatabaseBytes = 2 ** 30;
/** Names in one directory of a database. */
export const maxDatabaseNames = 2 ** 18;

/** What readers need of an image, so that tests can do without one. */
export interface DatabaseFiles {
  /** All bytes; null where there is no such file. @throws DatabaseError when it cannot be read or is too large */
  read(path: string): Promise<Uint8Array | null>;
  /** Facts about a file, symlinks followed; null where there is none, or it cannot be told. */
  stat(path: string): Promise<FileStat | null>;
  /** What is in a directory; nothing where there is none. @throws DatabaseError */
  names(path: string): Promise<DirectoryNames>;
}

export interface DirectoryNames {
  /** Sorted, printable. */
  readonly names: readonly string[];
  /** False when parts of the directory are lost. */
  readonly whole: boolean;
}

const absent = (error: unknown): boolean =>
  error instanceof ImageError && (error.code === 'not-found' || error.code === 'not-a-directory');

function asDatabaseError(error: unknown): never {
  if (error instanceof ImageError) throw new DatabaseError(error.message);
  throw error;
}

export class ImageDatabaseFiles implements DatabaseFiles {
  private left = maxDatabaseBytes;

  constructor(
    private readonly image: Image,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async read(path: string): Promise<Uint8Array | null> {
    this.signal?.throwIfAborted();
    try {
      const bytes = await this.image.readWhole(path, Math.min(maxDatabaseFile, this.left));
      this.left -= bytes.length;
      return bytes;
    } catch (error) {
      return absent(error) ? null : asDatabaseError(error);
    }
  }

  async stat(path: string): Promise<FileStat | null> {
    try {
      return await this.image.stat(path);
    } catch (error) {
      if (error instanceof ImageError) return null;
      throw error;
    }
  }

  async names(path: string): Promise<DirectoryNames> {
    this.signal?.throwIfAborted();
    const names: string[] = [];
    const directory = this.image.readdir(path);
    try {
      for await (const { name } of directory) {
        if (names.length === maxDatabaseNames) throw new DatabaseError(`more than ${maxDatabaseNames} names`);
        names.push(name);
      }
    } catch (error) {
      return absent(error) ? { names: [], whole: true } : asDatabaseError(error);
    }
    return { names: names.sort(), whole: !directory.partial };
  }
}

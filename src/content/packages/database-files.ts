/** Reads files of package databases completely, with a limit for all of them together. */
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';
import type { FileStat } from '../../view/stat';
import { DatabaseError } from './package-file';

/** Largest file that is read, in bytes: it is kept in memory while its packages are checked. */
export const maxDatabaseFile = 2 ** 27;
/** Bytes of all files of all databases together. */
export const maxDatabaseBytes = 2 ** 30;
/** Names in one directory of a database. */
export const maxDatabaseNames = 2 ** 18;

/** The part of an image that readers need; tests replace it. */
export interface DatabaseFiles {
  /** All bytes of a file; null if it does not exist. @throws DatabaseError if it cannot be read or is too large */
  read(path: string): Promise<Uint8Array | null>;
  /** Facts about a file, symlinks followed; null if it does not exist or cannot be read. */
  stat(path: string): Promise<FileStat | null>;
  /** The names in a directory; none if it does not exist. @throws DatabaseError */
  names(path: string): Promise<DirectoryNames>;
}

export interface DirectoryNames {
  /** Sorted, printable. */
  readonly names: readonly string[];
  /** False if parts of the directory are lost. */
  readonly whole: boolean;
}

/** The result of `work`, or `otherwise` if there is no such path. @throws DatabaseError for other errors of the image */
const unlessMissing = <T>(work: () => Promise<T>, otherwise: T): Promise<T> =>
  catchImageError(work, ({ code, message }) => {
    if (code === 'not-found' || code === 'not-a-directory') return otherwise;
    throw new DatabaseError(message);
  });

export class ImageDatabaseFiles implements DatabaseFiles {
  private left = maxDatabaseBytes;

  constructor(
    private readonly image: Image,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async read(path: string): Promise<Uint8Array | null> {
    this.signal?.throwIfAborted();
    const limit = Math.min(maxDatabaseFile, this.left);
    const bytes = await unlessMissing<Uint8Array | null>(() => this.image.readWhole(path, limit), null);
    this.left -= bytes?.length ?? 0;
    return bytes;
  }

  async stat(path: string): Promise<FileStat | null> {
    return catchImageError(
      () => this.image.stat(path),
      () => null,
    );
  }

  async names(path: string): Promise<DirectoryNames> {
    this.signal?.throwIfAborted();
    const readAll = async (): Promise<DirectoryNames> => {
      const names: string[] = [];
      const directory = this.image.readdir(path);
      for await (const { name } of directory) {
        if (names.length === maxDatabaseNames) throw new DatabaseError(`more than ${maxDatabaseNames} names`);
        names.push(name);
      }
      return { names: names.sort(), whole: !directory.partial };
    };
    return unlessMissing(readAll, { names: [], whole: true });
  }
}

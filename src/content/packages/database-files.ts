/** Reads files of package databases completely, with a limit for all of them together. */
import type { Turns } from '../../source/turns';
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';
import { opened } from '../../view/opened-image';
import type { FileStat } from '../../view/stat';
import { DatabaseError, DatabaseLimit } from './package-file';

/** Largest text file that is read, and largest binary file, in bytes: they are kept in memory while they are parsed. */
export const maxDatabaseText = 2 ** 25;
export const maxDatabaseFile = 2 ** 27;
/** Bytes of all files of all databases together. */
export const maxDatabaseBytes = 2 ** 30;
/** Names in one directory of a database. */
export const maxDatabaseNames = 2 ** 18;

/** The part of an image that readers need; tests replace it. */
export interface DatabaseFiles {
  /** For loops over the lines of a file. */
  readonly turns: Turns;
  /**
   * All bytes of a file, a text unless it may have more; null if it does not exist.
   * @throws DatabaseError if it cannot be read, DatabaseLimit if it is too large
   */
  read(path: string, most?: number): Promise<Uint8Array | null>;
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

/**
 * The result of `work`, or `otherwise` if there is no such path.
 * @throws DatabaseLimit for a file that is too large, DatabaseError for other errors of the image
 */
const unlessMissing = <T>(work: () => Promise<T>, otherwise: T): Promise<T> =>
  catchImageError(work, ({ code, message }) => {
    if (code === 'not-found' || code === 'not-a-directory') return otherwise;
    if (code === 'too-large') throw new DatabaseLimit(message);
    throw new DatabaseError(message);
  });

export class ImageDatabaseFiles implements DatabaseFiles {
  private left = maxDatabaseBytes;

  constructor(
    private readonly image: Image,
    readonly turns: Turns,
  ) {}

  async read(path: string, most = maxDatabaseText): Promise<Uint8Array | null> {
    await this.turns.due();
    // a file larger than the image is one hole, for which no memory is taken
    const limit = Math.min(most, this.left, opened(this.image).volume.source.size);
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
    await this.turns.due();
    const readAll = async (): Promise<DirectoryNames> => {
      const names: string[] = [];
      const directory = this.image.readdir(path);
      for await (const { name } of directory) {
        if (names.length === maxDatabaseNames)
          throw new DatabaseLimit(`${path} has more than ${maxDatabaseNames} names`);
        names.push(name);
      }
      return { names: names.sort(), whole: !directory.partial };
    };
    return unlessMissing(readAll, { names: [], whole: true });
  }
}

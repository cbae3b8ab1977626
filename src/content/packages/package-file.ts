/** What a package database says: packages, the files that they put into the tree, and how each of them must look. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';

/** The package managers whose databases are read. */
export type PackageFormat = 'dpkg' | 'rpm' | 'apk' | 'pacman';

/** One path of one package, as its database has it. What is null is not said there, and not held against the tree. */
export interface PackageFile {
  /** Absolute and printable, as the view writes paths. */
  readonly path: string;
  /** Null: whatever is found will do, and `digest` then stands for a file's content or for a symlink's target. */
  readonly type: FileType | null;
  /** Bytes of a regular file. */
  readonly size: number | null;
  /** The twelve permission bits. */
  readonly mode: number | null;
  /** Numbers, or names that the image's own account files turn into numbers. */
  readonly user: number | string | null;
  readonly group: number | string | null;
  /** Lower-case hexadecimal; it may be cut short, and then stands for the first digits. */
  readonly digest: { readonly name: DigestName; readonly hex: string } | null;
  /** Printable target of a symlink. */
  readonly linkTarget: string | null;
  /** The package marks it as configuration: the owner of the machine may change it. */
  readonly config: boolean;
  /** Documentation by the package's own mark. */
  readonly doc: boolean;
  /** Nothing is wrong when it is not there. */
  readonly mayBeMissing: boolean;
}

/** Everything that a database need not say. */
const nothing = {
  type: null,
  size: null,
  mode: null,
  user: null,
  group: null,
  digest: null,
  linkTarget: null,
  config: false,
  doc: false,
  mayBeMissing: false,
} as const;

/** A path of which only some things are known. */
export const packageFile = (path: string, known: Partial<Omit<PackageFile, 'path'>>): PackageFile => ({
  path,
  ...nothing,
  ...known,
});

/** One installed package. Its files are made while they are iterated over, once. */
export interface InstalledPackage {
  /** Name and version, printable, as in `openssl 3.0.11-1`. */
  readonly name: string;
  readonly files: Iterable<PackageFile>;
  /** Told when all files were gone through: how many regular ones have no digest, configuration not counted. */
  undigested?(count: number): void;
}

/** What a reader has to say beside packages. */
export interface DatabaseNotes {
  /** `file`, an absolute path in the image, does not make sense; what it said of `package` (or of all) cannot be trusted. */
  damaged(file: string, what: string, packageName?: string): void;
  /** The package was being installed, configured or removed when the machine stopped. */
  unfinished(packageName: string, state: string): void;
  /** So many regular files of the package have no digest in the database: only that they are there was seen. */
  withoutDigests(packageName: string, files: number): void;
  /** A part of the database was not read. */
  skipped(what: string, why: string): void;
}

/** What `work` gives; where it throws a DatabaseError, `damaged` is told the reason and the result is null. */
export async function tolerant<T>(work: () => T | Promise<T>, damaged: (what: string) => void): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    damaged(error.message);
    return null;
  }
}

/** As `tolerant`, for work that waits for nothing. */
export function attempt<T>(work: () => T, damaged: (what: string) => void): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    damaged(error.message);
    return null;
  }
}

/** The directory that a path lies in. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Bytes of a database that make no sense: the one error of its parsers, whatever the bytes. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/** @throws DatabaseError when `holds` is false */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new DatabaseError(what);
}

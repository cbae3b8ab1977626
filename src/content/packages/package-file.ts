/** The content of a package database: packages, their files, and the expected state of each file. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';

/** The package managers whose databases are read. */
export type PackageFormat = 'dpkg' | 'rpm' | 'apk' | 'pacman';

/** One path of one package, as in its database. Properties that are null are unknown and not compared. */
export interface PackageFile {
  /** Absolute and printable. */
  readonly path: string;
  /** Null for any type; `digest` is then that of a file's content or of a symlink's target. */
  readonly type: FileType | null;
  /** Bytes of a regular file. */
  readonly size: number | null;
  /** The twelve permission bits. */
  readonly mode: number | null;
  /** Numbers, or names that the image's own account files map to numbers. */
  readonly user: number | string | null;
  readonly group: number | string | null;
  /** Lower-case hexadecimal; a shorter one is the start of the digest. */
  readonly digest: { readonly name: DigestName; readonly hex: string } | null;
  /** Printable target of a symlink. */
  readonly linkTarget: string | null;
  /** Whether the package marks it as configuration, which may be changed. */
  readonly config: boolean;
  /** Whether the package marks it as documentation. */
  readonly doc: boolean;
  /** Whether it may be missing. */
  readonly mayBeMissing: boolean;
}

/** Defaults of unknown properties. */
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

/** A path with only some known properties. */
export const packageFile = (path: string, known: Partial<Omit<PackageFile, 'path'>>): PackageFile => ({
  path,
  ...nothing,
  ...known,
});

/** One installed package. Its files can be iterated over once. */
export interface InstalledPackage {
  /** Name and version, printable, as in `openssl 3.0.11-1`. */
  readonly name: string;
  readonly files: Iterable<PackageFile>;
  /** Called after all files are checked, with the number of regular files without a digest, except configuration. */
  undigested?(count: number): void;
}

/** What a reader reports besides packages. */
export interface DatabaseNotes {
  /** `file`, an absolute path in the image, is invalid, so its data about `packageName` (or all packages) is unreliable. */
  damaged(file: string, what: string, packageName?: string): void;
  /** The installation, configuration or removal of the package was interrupted. */
  unfinished(packageName: string, state: string): void;
  /** Number of regular files of the package without a digest, whose content cannot be verified. */
  withoutDigests(packageName: string, files: number): void;
  /** A part of the database was not read. */
  skipped(what: string, why: string): void;
}

/** The result of `work`; for a DatabaseError, `damaged` is called with the reason and the result is null. */
export async function tolerant<T>(work: () => T | Promise<T>, damaged: (what: string) => void): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    damaged(error.message);
    return null;
  }
}

export function attempt<T>(work: () => T, damaged: (what: string) => void): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    damaged(error.message);
    return null;
  }
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Invalid data in a database: the only error of its parsers. The message is a clause. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/** A limit that no known database reaches: the rest is not verified, but it is not called damaged. The message is a clause. */
export class DatabaseLimit extends Error {
  override readonly name = 'DatabaseLimit';
}

/** Most files that one package is known to have are a quarter of this. */
const maxListed = 500_000;

/** @throws DatabaseLimit if a package lists more files than that */
export function requireListable(count: number): void {
  if (count > maxListed) throw new DatabaseLimit(`a package lists more than ${maxListed} files`);
}

/** @throws DatabaseError if `holds` is false */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new DatabaseError(what);
}

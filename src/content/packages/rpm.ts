/** Reads rpm's database, ndb or SQLite with its write-ahead log. */
import { type DatabaseFiles, maxDatabaseFile } from './database-files';
import { attempt, type DatabaseNotes, type InstalledPackage, tolerant } from './package-file';
import { rpmPackage } from './rpm-files';
import { ndbBlobs } from './rpm-ndb';
import { SqlitePages } from './sqlite-pages';
import { tableRows, valuesOf } from './sqlite-table';

/** The type of a blob value is this or a greater even number. */
const firstBlobType = 12;
/** The start of a journal that must be rolled back. */
const journalMagic = [0xd9, 0xd5, 0x05, 0xf9];

/** Packages of header blobs; an invalid one is reported as damaged, with its position in the database. */
function* packagesOf(
  blobs: Iterable<Uint8Array>,
  path: string,
  notes: DatabaseNotes,
): Generator<InstalledPackage, void, undefined> {
  let place = 0;
  for (const blob of blobs) {
    place++;
    const found = attempt(
      () => rpmPackage(blob),
      (what) => notes.damaged(path, `its package ${place}: ${what}`),
    );
    if (found !== null) yield found;
  }
}

/** `Packages.db`. */
export async function* readNdb(
  path: string,
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const bytes = await files.read(path, maxDatabaseFile);
  const damaged = (what: string) => notes.damaged(path, what);
  if (bytes !== null) yield* packagesOf(ndbBlobs(bytes, damaged), path, notes);
}

/** Header blobs in the rows of the table of packages: number, blob. */
function* sqliteBlobs(pages: SqlitePages, damaged: (what: string) => void): Generator<Uint8Array, void, undefined> {
  for (const row of tableRows(pages, 'Packages', damaged)) {
    const blob = attempt(() => valuesOf(row)[1], damaged);
    if (blob === undefined || (blob !== null && (blob.type < firstBlobType || blob.type % 2 !== 0)))
      damaged('a row has no package');
    else if (blob !== null) yield blob.bytes;
  }
}

/** `rpmdb.sqlite`. An unfinished transaction is not rolled back but reported. */
export async function* readSqlite(
  path: string,
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const bytes = await files.read(path, maxDatabaseFile);
  if (bytes === null) return;
  const damaged = (what: string) => notes.damaged(path, what);
  const beside = (file: string) =>
    tolerant(
      () => files.read(file, maxDatabaseFile),
      (what) => notes.damaged(file, what),
    );
  const wal = await beside(`${path}-wal`);
  const journal = await beside(`${path}-journal`);
  if (journal && journalMagic.every((byte, i) => journal[i] === byte))
    notes.skipped(`${path}-journal`, 'it contains an unfinished transaction, which rpm will roll back');
  const pages = new SqlitePages(bytes, wal ?? undefined);
  yield* packagesOf(sqliteBlobs(pages, damaged), path, notes);
}

/** Reads rpm's database, as ndb or as SQLite, with the write-ahead log of the latter. */
import type { DatabaseFiles } from './database-files';
import { attempt, type DatabaseNotes, type InstalledPackage, tolerant } from './package-file';
import { rpmPackage } from './rpm-files';
import { ndbBlobs } from './rpm-ndb';
import { SqlitePages } from './sqlite-pages';
import { tableRows, valuesOf } from './sqlite-table';

/** The type of a value that is bytes is an even number from here on. */
const firstBlobType = 12;
/** How a journal starts that has to be rolled back. */
const journalMagic = [0xd9, 0xd5, 0x05, 0xf9];

/** Packages of header blobs; one that makes no sense is said to be damaged, by its place in the database. */
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
      (what) => notes.damaged(path, `package ${place} of it: ${what}`),
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
  const bytes = await files.read(path);
  if (bytes !== null)
    yield* packagesOf(
      ndbBlobs(bytes, (what) => notes.damaged(path, what)),
      path,
      notes,
    );
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

/** `rpmdb.sqlite`. A transaction that was not finished is not rolled back, but said. */
export async function* readSqlite(
  path: string,
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const bytes = await files.read(path);
  if (bytes === null) return;
  const damaged = (what: string) => notes.damaged(path, what);
  const wal = await tolerant(
    () => files.read(`${path}-wal`),
    (what) => notes.damaged(`${path}-wal`, what),
  );
  const journal = await tolerant(
    () => files.read(`${path}-journal`),
    (what) => notes.damaged(`${path}-journal`, what),
  );
  if (journal && journalMagic.every((byte, i) => journal[i] === byte))
    notes.skipped(`${path}-journal`, 'it holds a transaction that was not finished, and that rpm will roll back');
  const pages = new SqlitePages(bytes, wal ?? undefined);
  yield* packagesOf(sqliteBlobs(pages, damaged), path, notes);
}

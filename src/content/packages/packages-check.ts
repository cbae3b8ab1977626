/** The check of packages: compares every file that a package database in the image lists with the tree. */
import type { Extension } from '../../extension';
import { describe } from '../../problem/define';
import type { ContentCheck, ContentContext } from '../content-check';
import { contentExtension } from '../content-extension';
import { readOwners } from '../owners';
import { type DatabaseFiles, ImageDatabaseFiles } from './database-files';
import { type Database, findDatabases } from './databases';
import explanations from './explanations.json';
import { DatabaseError, DatabaseLimit, type DatabaseNotes } from './package-file';
import { problems } from './problems';
import { texts } from './texts';
import { Verifier } from './verifier';

/** Most files of all packages, and most characters of their paths; a small database can list any number. */
const maxFiles = 4_000_000;
const maxPathCharacters = 2 ** 28;

/** Numbers of packages, files and characters of paths so far. */
interface Tally {
  packages: number;
  files: number;
  pathCharacters: number;
}

function notesFor(context: ContentContext): DatabaseNotes {
  const { report } = context;
  return {
    damaged(file, what, packageName) {
      report(problems['package-database-damaged'], { path: file }, { what, package: packageName ?? null });
      context.affect({ path: file, how: 'damaged' });
    },
    unfinished: (packageName, state) => report(problems['package-unfinished'], {}, { package: packageName, state }),
    withoutDigests: (packageName, files) =>
      report(problems['package-without-digests'], {}, { package: packageName, files }),
    skipped: (what, why) => context.skip({ what, why }),
  };
}

/** Checks all packages of a database; false if a limit is exceeded. @throws DatabaseError if the rest cannot be read */
async function readAll(
  database: Database,
  files: DatabaseFiles,
  verifier: Verifier,
  tally: Tally,
  context: ContentContext,
): Promise<boolean> {
  const notes = notesFor(context);
  for await (const { name, files: listed, undigested } of database.read(files, notes)) {
    context.signal?.throwIfAborted();
    tally.packages++;
    try {
      for (const file of listed) {
        tally.files++;
        tally.pathCharacters += file.path.length;
        if (tally.files > maxFiles || tally.pathCharacters > maxPathCharacters) return false;
        await verifier.file(name, file);
        await context.turns.due();
      }
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      notes.damaged(database.path, error.message, name);
    }
    const count = verifier.takeUndigested();
    if (count > 0) undigested?.(count);
  }
  return true;
}

/**
 * Verifies the files of all packages that the databases in the image list: dpkg, rpm (ndb and SQLite), apk and pacman. If
 * there is no database, packages are listed as not checked. Limits are in docs/limits.md.
 */
export function packagesCheck(): Extension {
  let verifier: Verifier | null = null;
  const check: ContentCheck = {
    name: 'packages',
    ends: false,
    async prepare(context) {
      const files = new ImageDatabaseFiles(context.image, context.turns);
      const { databases, unread } = await findDatabases(files);
      for (const part of unread) context.skip(part);
      verifier = new Verifier(context, await readOwners(context.image));
      const tally: Tally = { packages: 0, files: 0, pathCharacters: 0 };
      /** Databases that were not read, or not to their end, which is noted already. */
      let unfinished = unread.length;
      for (const database of databases) {
        try {
          if (await readAll(database, files, verifier, tally, context)) continue;
          unfinished++;
          context.skip({ what: `packages in ${database.path}`, why: 'they list more files than the limit' });
        } catch (error) {
          if (error instanceof DatabaseLimit) {
            unfinished++;
            context.skip({ what: `packages in ${database.path}`, why: error.message });
          } else if (error instanceof DatabaseError) notesFor(context).damaged(database.path, error.message);
          else throw error;
        }
      }
      if (tally.packages === 0 && unfinished === 0)
        context.skip({ what: 'packages', why: 'no package database with an installed package was found' });
    },
    content(content) {
      verifier?.content(content);
    },
    finish() {
      verifier?.finish();
      verifier = null;
    },
  };
  return contentExtension(check, describe(problems, texts, explanations));
}

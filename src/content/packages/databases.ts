/** Finds the package databases of an image, and databases that are known but not supported. */
import type { NotChecked } from '../../problem/report';
import { readApk } from './apk';
import type { DatabaseFiles } from './database-files';
import { distrolessRoot, dpkgRoot, readDistroless, readDpkg } from './dpkg';
import {
  DatabaseError,
  DatabaseLimit,
  type DatabaseNotes,
  type InstalledPackage,
  type PackageFormat,
} from './package-file';
import { pacmanRoot, readPacman } from './pacman';
import { readNdb, readSqlite } from './rpm';

export interface Database {
  readonly format: PackageFormat;
  /** Its file or directory in the image. */
  readonly path: string;
  /** The packages in sequence. @throws DatabaseError if the rest cannot be read */
  read(files: DatabaseFiles, notes: DatabaseNotes): AsyncIterable<InstalledPackage>;
}

const rpmFolders = ['/usr/lib/sysimage/rpm', '/usr/share/rpm', '/var/lib/rpm'];
const apkFiles = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];

/** Known, but not supported. */
const others: readonly (readonly [path: string, what: string])[] = [
  ['/lib/apk/db-uvol/installed', 'volumes that apk stores outside the root'],
  ['/usr/lib/opkg/status', 'packages of opkg'],
  ['/var/lib/opkg/status', 'packages of opkg'],
  ['/var/db/pkg', 'packages of Portage'],
];

class Finder {
  readonly databases: Database[] = [];
  readonly unread: NotChecked[] = [];
  private readonly seen = new Set<number>();

  constructor(private readonly files: DatabaseFiles) {}

  /** Facts about a file; null if another name referred to it before. */
  private async fresh(path: string): Promise<{ modified: number } | null> {
    const stat = await this.files.stat(path);
    if (stat === null || this.seen.has(stat.inode)) return null;
    this.seen.add(stat.inode);
    return { modified: stat.modified.seconds };
  }

  private async hasNames(path: string): Promise<boolean> {
    if ((await this.files.stat(path))?.type !== 'directory') return false;
    try {
      return (await this.files.names(path)).names.length > 0;
    } catch (error) {
      // the reader of this database says why
      if (error instanceof DatabaseError || error instanceof DatabaseLimit) return true;
      throw error;
    }
  }

  async dpkg(): Promise<void> {
    if ((await this.files.stat(`${dpkgRoot}/status`)) !== null || (await this.hasNames(`${dpkgRoot}/info`)))
      this.databases.push({ format: 'dpkg', path: dpkgRoot, read: readDpkg });
    if (await this.hasNames(distrolessRoot))
      this.databases.push({ format: 'dpkg', path: distrolessRoot, read: readDistroless });
  }

  /** If a folder has both formats, only the one that was written last is current. */
  async rpm(folder: string): Promise<void> {
    const ndb = `${folder}/Packages.db`;
    const sqlite = `${folder}/rpmdb.sqlite`;
    const ndbFacts = await this.fresh(ndb);
    const sqliteFacts = await this.fresh(sqlite);
    if (ndbFacts !== null && (sqliteFacts === null || ndbFacts.modified > sqliteFacts.modified))
      this.databases.push({ format: 'rpm', path: ndb, read: (files, notes) => readNdb(ndb, files, notes) });
    else if (sqliteFacts !== null)
      this.databases.push({ format: 'rpm', path: sqlite, read: (files, notes) => readSqlite(sqlite, files, notes) });
    else if ((await this.fresh(`${folder}/Packages`)) !== null)
      this.unread.push({ what: `${folder}/Packages`, why: 'rpm databases in Berkeley DB format are not supported' });
  }

  async apk(path: string): Promise<void> {
    if ((await this.fresh(path)) !== null)
      this.databases.push({ format: 'apk', path, read: (files, notes) => readApk(path, files, notes) });
  }

  async pacman(): Promise<void> {
    if (await this.hasNames(pacmanRoot)) this.databases.push({ format: 'pacman', path: pacmanRoot, read: readPacman });
  }

  async other(path: string, what: string): Promise<void> {
    if ((await this.fresh(path)) !== null) this.unread.push({ what: path, why: `${what} are not supported` });
  }
}

/** Finds all databases. */
export async function findDatabases(
  files: DatabaseFiles,
): Promise<{ databases: readonly Database[]; unread: readonly NotChecked[] }> {
  const finder = new Finder(files);
  await finder.dpkg();
  for (const folder of rpmFolders) await finder.rpm(folder);
  for (const path of apkFiles) await finder.apk(path);
  await finder.pacman();
  for (const [path, what] of others) await finder.other(path, what);
  return finder;
}

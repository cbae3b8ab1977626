/** Reads apk's list of installed packages, of its versions 2 and 3. */
import type { Turns } from '../../source/turns';
import type { DatabaseFiles } from './database-files';
import { maxPath } from './dpkg-lists';
import { Lines, nulFault } from './lines';
import {
  attempt,
  type DatabaseNotes,
  demand,
  type InstalledPackage,
  type PackageFile,
  packageFile,
  requireListable,
} from './package-file';

interface Access {
  user: number;
  group: number;
  mode: number;
}

/** Default owner and mode of a file and of a directory. */
const fileAccess: Access = { user: 0, group: 0, mode: 0o644 };
const directoryAccess: Access = { user: 0, group: 0, mode: 0o755 };

/** `uid:gid:mode[:xattr digest]`. @throws DatabaseError */
function accessOf(text: string): Access {
  const parts = /^(\d{1,10}):(\d{1,10}):([0-7]{1,5})(?::.*)?$/.exec(text);
  demand(parts !== null, `${text.slice(0, 40)} is not an owner and mode`);
  return { user: Number(parts[1]), group: Number(parts[2]), mode: Number.parseInt(parts[3]!, 8) & 0o7777 };
}

/** `Q1` and base64 of 20 bytes: SHA-1, or truncated SHA-256 if the package has the flag; `Q2` and 32 bytes: SHA-256. */
function digestOf(text: string, shortSha256: boolean): PackageFile['digest'] {
  const parts = /^(Q1|Q2)([A-Za-z0-9+/]*)=*$/.exec(text);
  demand(parts !== null, `${text.slice(0, 40)} is not a digest`);
  // base64 of 20 and of 32 bytes, without padding
  demand(parts[2]!.length === (parts[1] === 'Q1' ? 27 : 43), `${text.slice(0, 60)} has a wrong length`);
  const bytes = atob(parts[2]!);
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += bytes.charCodeAt(i).toString(16).padStart(2, '0');
  return { name: parts[1] === 'Q1' && !shortSha256 ? 'sha1' : 'sha256', hex };
}

/** Longest line, in bytes, and invalid lines after which the rest of the file is not read. */
const maxLine = 2 ** 20;
const maxFaults = 10_000;
const colon = 0x3a;

class Stanza {
  name = '';
  version = '';
  /** apk could not install the package completely. */
  broken = false;
  private shortSha256 = false;
  private directory: string | null = null;
  private readonly files: PackageFile[] = [];
  private file: { path: string; access: Access; digest: PackageFile['digest'] } | null = null;
  private access = directoryAccess;

  /** One line: a letter, a colon, a value. @throws DatabaseError */
  line(letter: string, value: string): void {
    if (letter === 'P') this.name = value;
    else if (letter === 'V') this.version = value;
    else if (letter === 'f') {
      this.broken = /[fsx]/.test(value);
      this.shortSha256 = value.includes('S');
    } else if (letter === 'F') {
      this.close();
      this.directory = value === '' ? '' : `/${value}`;
    } else if (letter === 'M') {
      demand(this.directory !== null, 'an owner without a directory');
      this.access = accessOf(value);
    } else if (letter === 'R') {
      this.closeFile();
      demand(this.directory !== null && value !== '', 'a file without a directory');
      const path = `${this.directory}/${value}`;
      demand(path.length <= maxPath, 'a path that is too long');
      this.file = { path, access: fileAccess, digest: null };
    } else if (letter === 'a' || letter === 'Z') {
      demand(this.file !== null, 'an owner or a digest without a file');
      if (letter === 'a') this.file.access = accessOf(value);
      else this.file.digest = digestOf(value, this.shortSha256);
    }
  }

  private closeFile(): void {
    if (this.file === null) return;
    const { path, access, digest } = this.file;
    // symlinks have a digest of their target
    this.files.push(packageFile(path, { ...access, digest }));
    requireListable(this.files.length);
    this.file = null;
  }

  private close(): void {
    this.closeFile();
    if (this.directory) this.files.push(packageFile(this.directory, { ...this.access, type: 'directory' }));
    this.directory = null;
    this.access = directoryAccess;
  }

  finish(): PackageFile[] {
    this.close();
    return this.files;
  }
}

/**
 * Packages of an `installed` file. An invalid one is reported to `notes` as damaged, and its valid part is returned.
 * @throws DatabaseLimit
 */
export async function* parseInstalled(
  bytes: Uint8Array,
  path: string,
  notes: DatabaseNotes,
  turns?: Turns,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const nul = nulFault(bytes);
  if (nul !== null) notes.damaged(path, nul);
  if (bytes.length === 0) notes.damaged(path, 'it is empty');
  let stanza: Stanza | null = null;
  let fault: string | null = null;
  let faults = 0;
  const finish = (): InstalledPackage | null => {
    if (stanza === null) return null;
    const files = stanza.finish();
    const name = `${stanza.name} ${stanza.version}`.trim();
    if (stanza.name === '') fault ??= 'a package without a name';
    if (fault !== null && nul === null) notes.damaged(path, fault, name);
    if (stanza.broken) notes.unfinished(name, 'broken');
    stanza = null;
    fault = null;
    return { name, files, undigested: (count) => notes.withoutDigests(name, count) };
  };
  const lines = new Lines(bytes, turns);
  while (await lines.next()) {
    if (lines.length === 0) {
      const done = finish();
      if (done !== null) yield done;
      continue;
    }
    stanza ??= new Stanza();
    const current: Stanza = stanza;
    if (lines.length > maxLine || lines.byte(1) !== colon) {
      // a file may have millions of these, and an exception for each takes minutes
      fault ??= `line ${lines.number}: a line without a letter and a value`;
      continue;
    }
    if (faults > maxFaults) {
      fault ??= `more than ${maxFaults} lines before line ${lines.number} are invalid`;
      continue;
    }
    attempt(
      () => current.line(String.fromCharCode(lines.byte(0)!), lines.text(2)),
      (what) => {
        faults++;
        fault ??= `line ${lines.number}: ${what}`;
      },
    );
  }
  const last = finish();
  if (last !== null) yield last;
}

export async function* readApk(
  path: string,
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const bytes = await files.read(path);
  if (bytes !== null) yield* parseInstalled(bytes, path, notes, files.turns);
}

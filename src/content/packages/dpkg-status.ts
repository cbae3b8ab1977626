/** Dpkg's status: which packages there are, in which state, and their configuration files — dpkg(1), deb-control(5). */

import { Lines, nulFault } from './lines';
import { attempt, demand } from './package-file';

export interface Conffile {
  /** Absolute and printable. */
  readonly path: string;
  /** Hexadecimal, or a word such as `newconffile` where none was made. */
  readonly md5: string;
  /** No longer part of the package: it stays until the package is purged. */
  readonly obsolete: boolean;
}

export interface StatusEntry {
  name: string;
  version: string;
  architecture: string;
  /** Packages of several architectures may be installed side by side, and have it in the names of their files. */
  sameForAll: boolean;
  /** The three words of `Status`: what is wanted, whether it is whole, how far it is. Empty in a distroless image. */
  status: readonly string[];
  conffiles: Conffile[];
}

/** Longest field that is kept, in bytes. */
const maxField = 4096;
const space = 0x20;
const tab = 0x09;
const hash = 0x23;
const colon = 0x3a;

const blank = (): StatusEntry => ({
  name: '',
  version: '',
  architecture: '',
  sameForAll: false,
  status: [],
  conffiles: [],
});

const setters: Readonly<Record<string, (entry: StatusEntry, value: string) => void>> = {
  package: (entry, value) => {
    entry.name = value;
  },
  version: (entry, value) => {
    entry.version = value;
  },
  architecture: (entry, value) => {
    entry.architecture = value;
  },
  'multi-arch': (entry, value) => {
    entry.sameForAll = value === 'same';
  },
  status: (entry, value) => {
    entry.status = value.split(/\s+/);
  },
};

/** ` /etc/x MD5 [obsolete] [remove-on-upgrade]`. */
function conffileIn(line: string): Conffile | null {
  const parts =
    /^\s+(\/.*?)\s+([0-9a-f]{32}|newconffile|nonexistent|-)((?:\s+(?:obsolete|remove-on-upgrade))*)\s*$/.exec(line);
  return parts && { path: parts[1]!, md5: parts[2]!, obsolete: parts[3] !== '' };
}

/** One more field, or another line of `Conffiles`. */
class EntryReader {
  entry: StatusEntry | null = null;
  private inConffiles = false;

  /** A line of a stanza. @throws DatabaseError */
  line(lines: Lines): void {
    const first = lines.byte(0);
    if (first === space || first === tab) {
      demand(this.entry !== null, `line ${lines.number} continues nothing`);
      if (!this.inConffiles) return;
      const conffile = lines.length <= maxField ? conffileIn(lines.text()) : null;
      demand(conffile !== null, `line ${lines.number} names no configuration file and its MD5`);
      this.entry.conffiles.push(conffile);
      return;
    }
    const end = lines.bytes.indexOf(colon, lines.start);
    demand(end > lines.start && end < lines.end, `line ${lines.number} is no field`);
    demand(end - lines.start <= 64, `line ${lines.number} is no field`);
    const field = lines
      .text()
      .slice(0, end - lines.start)
      .toLowerCase();
    this.entry ??= blank();
    this.inConffiles = field === 'conffiles';
    if (Object.hasOwn(setters, field)) {
      demand(lines.length <= maxField, `line ${lines.number} is too long`);
      setters[field]!(this.entry, lines.text(field.length + 1).trim());
    }
  }

  /** The stanza that ends here. */
  take(): StatusEntry | null {
    const { entry } = this;
    this.entry = null;
    this.inConffiles = false;
    return entry;
  }
}

/**
 * All stanzas of a status file. A stanza that makes no sense is handed to `damaged` with the reason, and left out.
 * Never throws on content; memory is a few times that of the names and configuration files in it.
 */
export function parseStatus(bytes: Uint8Array, damaged: (what: string, packageName?: string) => void): StatusEntry[] {
  const nul = nulFault(bytes);
  if (nul !== null) damaged(nul);
  const entries: StatusEntry[] = [];
  const reader = new EntryReader();
  const lines = new Lines(bytes);
  let fault: string | null = null;
  const finish = () => {
    const entry = reader.take();
    if (entry !== null && fault === null && entry.name === '')
      fault = `line ${lines.number} ends a package without name`;
    if (fault !== null) {
      // what is NUL was said already, as one
      if (nul === null) damaged(fault, entry?.name || undefined);
    } else if (entry !== null) entries.push(entry);
    fault = null;
  };
  while (lines.next()) {
    if (lines.length === 0) finish();
    else if (lines.byte(0) === hash || fault !== null) continue;
    else
      attempt(
        () => reader.line(lines),
        (what) => {
          fault = what;
        },
      );
  }
  finish();
  return entries;
}

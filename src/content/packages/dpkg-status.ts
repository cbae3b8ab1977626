/** Parses dpkg's status: packages, their states, and their configuration files — dpkg(1), deb-control(5). */

import type { Turns } from '../../source/turns';
import { Lines, nulFault } from './lines';
import { attempt, DatabaseLimit, demand, requireListable } from './package-file';

export interface Conffile {
  /** Absolute and printable. */
  readonly path: string;
  /** Hexadecimal, or a word such as `newconffile` if there is none. */
  readonly md5: string;
  /** Whether it is no longer part of the package; it remains until the package is purged. */
  readonly obsolete: boolean;
}

export interface StatusEntry {
  name: string;
  version: string;
  architecture: string;
  /** Whether several architectures may be installed together, so that list files have the architecture in their names. */
  sameForAll: boolean;
  /** The three words of `Status`: selection, error flag, state. Empty in a distroless image. */
  status: readonly string[];
  conffiles: Conffile[];
}

/** Most packages in one file; a whole distribution has fewer. */
const maxPackages = 200_000;
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

const setters: Readonly<Record<string, (value: string) => Partial<StatusEntry>>> = {
  package: (name) => ({ name }),
  version: (version) => ({ version }),
  architecture: (architecture) => ({ architecture }),
  'multi-arch': (value) => ({ sameForAll: value === 'same' }),
  status: (value) => ({ status: value.split(/\s+/) }),
};

/** ` /etc/x MD5 [obsolete] [remove-on-upgrade]`. */
function conffileIn(line: string): Conffile | null {
  let rest = line.trim();
  let obsolete = false;
  for (let word = lastWord(rest); marks.has(word); word = lastWord(rest)) {
    obsolete = true;
    rest = rest.slice(0, -word.length).trimEnd();
  }
  const md5 = lastWord(rest);
  const path = rest.slice(0, -md5.length).trimEnd();
  return path.startsWith('/') && md5Word.test(md5) ? { path, md5, obsolete } : null;
}

const marks: ReadonlySet<string> = new Set(['obsolete', 'remove-on-upgrade']);
const md5Word = /^([0-9a-f]{32}|newconffile|nonexistent|-)$/;

/** The last word of a text that ends with it. */
function lastWord(text: string): string {
  let at = text.length;
  while (at > 0 && text[at - 1]!.trim() !== '') at--;
  return text.slice(at);
}

class EntryReader {
  entry: StatusEntry | null = null;
  private inConffiles = false;

  /** A line of a stanza. @throws DatabaseError */
  line(lines: Lines): void {
    const first = lines.byte(0);
    if (first === space || first === tab) {
      demand(this.entry !== null, `line ${lines.number} continues no field`);
      if (!this.inConffiles) return;
      const conffile = lines.length <= maxField ? conffileIn(lines.text()) : null;
      demand(conffile !== null, `line ${lines.number} is not a configuration file and its MD5`);
      this.entry.conffiles.push(conffile);
      requireListable(this.entry.conffiles.length);
      return;
    }
    const end = lines.bytes.indexOf(colon, lines.start);
    const length = end - lines.start;
    demand(length > 0 && end < lines.end && length <= 64, `line ${lines.number} is not a field`);
    const field = lines.text().slice(0, length).toLowerCase();
    this.entry ??= blank();
    this.inConffiles = field === 'conffiles';
    if (Object.hasOwn(setters, field)) {
      demand(lines.length <= maxField, `line ${lines.number} is too long`);
      Object.assign(this.entry, setters[field]!(lines.text(field.length + 1).trim()));
    }
  }

  take(): StatusEntry | null {
    const { entry } = this;
    this.entry = null;
    this.inConffiles = false;
    return entry;
  }
}

/**
 * All stanzas of a status file. An invalid stanza is reported to `damaged` with the reason, and omitted.
 * @throws DatabaseLimit
 */
export async function parseStatus(
  bytes: Uint8Array,
  damaged: (what: string, packageName?: string) => void,
  turns?: Turns,
): Promise<StatusEntry[]> {
  const nul = nulFault(bytes);
  if (nul !== null) damaged(nul);
  const entries: StatusEntry[] = [];
  const reader = new EntryReader();
  const lines = new Lines(bytes, turns);
  let fault: string | null = null;
  const finish = () => {
    const entry = reader.take();
    if (entry !== null && fault === null && entry.name === '')
      fault = `line ${lines.number} ends a package without a name`;
    if (fault !== null) {
      // NUL bytes are reported once, not for each stanza
      if (nul === null) damaged(fault, entry?.name || undefined);
    } else if (entry !== null) entries.push(entry);
    if (entries.length > maxPackages) throw new DatabaseLimit(`it lists more than ${maxPackages} packages`);
    fault = null;
  };
  while (await lines.next()) {
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

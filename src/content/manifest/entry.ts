/** A parsed manifest, independent of its format. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';

/** A digest that a file must have. */
export interface ManifestDigest {
  /** The possible algorithms: 128 digits may be SHA-512 or BLAKE2b. One match is enough. */
  names: readonly DigestName[];
  /** Lower-case hexadecimal. */
  hex: string;
}

/** The expected state of one file. Missing properties are not checked. */
export interface ManifestEntry {
  /** Absolute and printable; `/` is the directory that the manifest describes. */
  path: string;
  /** Line of the manifest, starting with 1. */
  line: number;
  type?: FileType;
  /** The twelve permission bits. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Names of the owners, printable. */
  user?: string;
  group?: string;
  /** Bytes. */
  size?: number;
  links?: number;
  /** Target of a symlink, printable. */
  target?: string;
  device?: { major: number; minor: number };
  /** Modification time; `nanoseconds` is 0 if the manifest has only seconds. */
  time?: { seconds: number; nanoseconds: number };
  digests?: ManifestDigest[];
  /** The CRC of POSIX `cksum`. */
  cksum?: number;
  /** Whether it may be missing. */
  optional?: boolean;
  /** Whether only its existence and type are checked. */
  nochange?: boolean;
  /** Whether everything below it is ignored: nothing there is an extra file. */
  ignore?: boolean;
}

/** An invalid part of a manifest, which is therefore not checked. */
export interface ManifestFault {
  line: number;
  /** A clause without a full stop. */
  reason: string;
}

export type ManifestFormat = 'mtree' | 'digests';

/** A manifest that was parsed. */
export interface Manifest {
  format: ManifestFormat;
  entries: ManifestEntry[];
  /** The first faults, at most 100. With a fault, a check is never `clean`. */
  faults: ManifestFault[];
  faultCount: number;
}

/** Collects faults: counts all, keeps the first 100. */
export class Faults {
  readonly kept: ManifestFault[] = [];
  count = 0;

  add(line: number, reason: string): void {
    this.count++;
    if (this.kept.length < 100) this.kept.push({ line, reason });
  }
}

/** Lines that are parsed in one step. */
export const linesPerStep = 64;

/** Limits of one manifest. */
export const manifestLimits = {
  /** Bytes of the file. */
  bytes: 256 * 1024 ** 2,
  entries: 4_000_000,
  /** Characters of one path, and of all paths: a nested file can create a long path with two letters. */
  path: 16_384,
  characters: 2 ** 29,

  /** The limit that is exceeded, as a clause; null if none is. */
  exceeded(entries: number, path: number, characters: number): string | null {
    if (entries >= manifestLimits.entries) return `there are more than ${manifestLimits.entries} entries`;
    if (path > manifestLimits.path) return `a path has more than ${manifestLimits.path} characters`;
    if (characters > manifestLimits.characters)
      return `the paths have more than ${manifestLimits.characters} characters together`;
    return null;
  },
};

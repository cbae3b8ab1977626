/** What a manifest says, whichever form it was written in. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';

/** A digest that a file must have. */
export interface ManifestDigest {
  /** The algorithms it can be of: a bare list of 128 digits may be of SHA-512 or of BLAKE2b. One that fits is enough. */
  names: readonly DigestName[];
  /** Lower-case hexadecimal. */
  hex: string;
}

/** One file as it should be. What a manifest does not say is left out, and not checked. */
export interface ManifestEntry {
  /** Absolute and printable, as the view writes paths; `/` is the folder that the manifest was made of. */
  path: string;
  /** Line of the manifest, from 1 on. */
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
  /** Time of the last change of the content; `nanoseconds` as written, 0 where only seconds are. */
  time?: { seconds: number; nanoseconds: number };
  digests?: ManifestDigest[];
  /** The CRC of POSIX `cksum`. */
  cksum?: number;
  /** It may be missing. */
  optional?: boolean;
  /** Only its existence and type matter. */
  nochange?: boolean;
  /** What lies below it is not the manifest's business: nothing there is an extra file. */
  ignore?: boolean;
}

/** Something in a manifest that could not be understood, and is therefore not checked. */
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
  /** The first of what could not be understood, at most 100. A check with such a manifest never ends `clean`. */
  faults: ManifestFault[];
  faultCount: number;
}

/** Takes faults, keeps the first. */
export class Faults {
  readonly kept: ManifestFault[] = [];
  count = 0;

  add(line: number, reason: string): void {
    this.count++;
    if (this.kept.length < 100) this.kept.push({ line, reason });
  }
}

/** Bounds of what is read from one manifest. */
export const manifestLimits = {
  /** Bytes of the file. */
  bytes: 256 * 1024 ** 2,
  entries: 4_000_000,
  /** Characters of one path, and of all of them: a nested file can name a long path in two letters. */
  path: 16_384,
  characters: 2 ** 29,

  /** Which bound is passed, as a clause; null when none is. */
  exceeded(entries: number, path: number, characters: number): string | null {
    if (entries >= manifestLimits.entries) return `there are more than ${manifestLimits.entries} entries`;
    if (path > manifestLimits.path) return `a path has more than ${manifestLimits.path} characters`;
    if (characters > manifestLimits.characters)
      return `the paths have more than ${manifestLimits.characters} characters together`;
    return null;
  },
};

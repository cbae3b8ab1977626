/** What a policy is: rules about the paths of an image, as docs/policy.schema.json describes the file. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';
import type { Glob } from './glob';
import type { Pattern } from './pattern';

/** How bad it is when a rule is broken. */
export const ruleSeverities = ['info', 'warning', 'error'] as const;
export type RuleSeverity = (typeof ruleSeverities)[number];

/** What a file must be like. What is not said is not checked. */
export interface Conditions {
  type?: FileType;
  /** The twelve permission bits: all of them, those that must be set, those that must not. */
  mode?: number;
  modeHas?: number;
  modeLacks?: number;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
  /** Target of a symlink, as stored. */
  target?: string;
  /** A regular file with at least one byte other than NUL, or a directory with at least one entry. */
  nonEmpty?: boolean;
  /** A regular file with the executable bit of its owner. */
  executable?: boolean;
  /** Bytes. */
  minSize?: number;
  maxSize?: number;
  digest?: { name: DigestName; hex: string };
  /** The machine that it must be an ELF file for. */
  elf?: string;
  /** Patterns that must be found in the text, and that must not. */
  contains?: Pattern[];
  lacks?: Pattern[];
}

/** One rule: at least one of the paths must be there and meet all conditions. */
export interface Rule {
  /** Its place in the file, such as `paths[3]`. */
  place: string;
  paths: readonly (string | Glob)[];
  /** Nothing is wrong when none of the paths is there; what is there must meet the conditions. */
  optional: boolean;
  /** A symlink at the end of a path is followed. */
  follow: boolean;
  severity: RuleSeverity;
  /** The words of whoever wrote the rule; '' for none. */
  reason: string;
  conditions: Conditions;
}

/** Paths that must not be there. */
export interface Ban {
  place: string;
  path: Glob;
  except: readonly Glob[];
  severity: RuleSeverity;
  reason: string;
}

/** A policy that was parsed. */
export interface Policy {
  /** What the superblock must say; left out where it does not matter. */
  filesystem: { label?: string; uuid?: string };
  rules: Rule[];
  bans: Ban[];
}

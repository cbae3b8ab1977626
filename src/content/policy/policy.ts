/** A policy: rules about the paths of an image; docs/policy.schema.json describes the file. */

import type { DigestName } from '../../platform/digests';
import type { FileType } from '../../view/stat';
import type { Glob } from './glob';
import type { Pattern } from './pattern';

/** The severity of a broken rule. */
export const ruleSeverities = ['info', 'warning', 'error'] as const;
export type RuleSeverity = (typeof ruleSeverities)[number];

/** The conditions that a file must meet. Missing conditions are not checked. */
export interface Conditions {
  type?: FileType;
  /** The twelve permission bits: the exact value, those that must be set, those that must not be set. */
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
  /** The machine of the ELF file. */
  elf?: string;
  /** Patterns that the text must contain, and must not contain. */
  contains?: Pattern[];
  lacks?: Pattern[];
}

/** One rule: at least one of the paths must exist and meet all conditions. */
export interface Rule {
  /** Its place in the file, such as `paths[3]`. */
  place: string;
  paths: readonly (string | Glob)[];
  /** Whether the paths may be missing; existing ones must meet the conditions. */
  optional: boolean;
  /** Whether a symlink at the end of a path is followed. */
  follow: boolean;
  severity: RuleSeverity;
  /** The reason that the author of the rule gives; '' for none. */
  reason: string;
  conditions: Conditions;
}

/** Paths that must not exist. */
export interface Ban {
  place: string;
  path: Glob;
  except: readonly Glob[];
  severity: RuleSeverity;
  reason: string;
}

/** A policy that was parsed. */
export interface Policy {
  /** Required label and UUID of the superblock; undefined for any. */
  filesystem: { label?: string; uuid?: string };
  rules: Rule[];
  bans: Ban[];
}

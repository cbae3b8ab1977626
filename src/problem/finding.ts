/** A finding: JSON-safe data about one problem and its location. */

/**
 * The effect on a read-only mount and a boot:
 * - `fatal`: cannot be mounted, or cannot be checked further;
 * - `error`: files or directories are unreadable, missing, wrong or cross-linked;
 * - `warning`: wrong, but can be read today; often a sign of lost writes;
 * - `info`: a note; nothing is lost.
 */
export type Severity = 'info' | 'warning' | 'error' | 'fatal';

/**
 * Severities from harmless to worst.
 *
 * ```ts
 * import { severities } from 'extcheck';
 * console.log(severities.indexOf('error') > severities.indexOf('warning')); // true
 * ```
 */
export const severities: readonly Severity[] = ['info', 'warning', 'error', 'fatal'];

/** The location of a problem. Every part is optional; numbers are those on disk (inode 2 is the root directory). */
export interface Where {
  /** Number of the affected inode. */
  inode?: number;
  /** Inode number of the directory with the affected entry or block. */
  directory?: number;
  /** Block group number. */
  group?: number;
  /** File system block number. */
  block?: number;
  /** Absolute path in the image: of `inode` if it has one, otherwise of the affected entry. */
  path?: string;
  /** The affected bytes; `at` is relative to the start of the file system. */
  bytes?: { at: number; length: number };
  /** The byte of the file on disk at which `bytes` starts, if the file system is in a container; absent if it has none. */
  fileByte?: number;
}

/** Digits of 2^64 - 1: as a number it would be 2^64. */
export const allOnes64 = '18446744073709551615';

/** One value in the data of a finding. An integer that a number cannot hold exactly is text of its digits. */
export type DataValue = string | number | boolean | null;
/** Named facts of one finding; usually `stored` (on disk) and `expected`. */
export type Data = Readonly<Record<string, DataValue | readonly DataValue[]>>;

/** One problem at one location. */
export interface Finding<Id extends string = string> extends Where {
  /** Permanent kebab-case name of the problem; see docs/problems.md. */
  id: Id;
  severity: Severity;
  /**
   * e2fsck's code for the same problem, as "0x010005"; absent if e2fsck does not log it: 1.47.0, or the version in the option
   * `e2fsck` of the check.
   */
  e2fsck?: string;
  data?: Data;
}

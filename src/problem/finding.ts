/** What a finding is: plain, JSON-safe data that says what is wrong and where. */

/**
 * What follows for someone who mounts read-only and boots:
 * - `fatal`: cannot be mounted, or cannot be checked further;
 * - `error`: files or directories unreadable, missing, wrong or cross-linked;
 * - `warning`: wrong, but reads right today; often the smoke of lost writes;
 * - `info`: bookkeeping only.
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

/** Where a problem sits. Every part is optional; numbers are the field's own (inode 2 is the root directory). */
export interface Where {
  /** Inode number the problem belongs to. */
  inode?: number;
  /** Inode number of the directory that holds the entry or block in question. */
  directory?: number;
  /** Block group number. */
  group?: number;
  /** File system block number. */
  block?: number;
  /** Absolute path inside the image, of `inode` if it has one, else of the entry in question. */
  path?: string;
  /** The bytes in question, in bytes from the start of the file system. */
  bytes?: { at: number; length: number };
}

/** One value in the data of a finding. */
export type DataValue = string | number | boolean | null;
/** Named facts of one finding; `stored` and `expected` are the house pair. */
export type Data = Readonly<Record<string, DataValue | readonly DataValue[]>>;

/** One thing that is wrong. */
export interface Finding<Id extends string = string> extends Where {
  /** Permanent kebab-case name of the problem; see docs/problems.md. */
  id: Id;
  severity: Severity;
  /** e2fsck's code for the same problem, as "0x010005"; absent where e2fsck 1.47.0 has no such check. */
  e2fsck?: string;
  data?: Data;
}

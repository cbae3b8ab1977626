/** What a repair returns: plain, JSON-safe data. */
import type { BootReport } from '../boot/boot-report';
import type { CheckReport } from '../problem/report';
import type { TreeChanges } from './changes';
import type { FsckRound } from './fsck';

/**
 * - `nothing-to-do`: extcheck finds nothing, or nothing that a repair could change;
 * - `planned`: a dry run ended with its plan; `not-confirmed`: nobody said yes to the plan;
 * - `repaired`: the verified repaired image is in place; `undone`: the kept original is;
 * - `still-damaged`: the repair did not make it good enough, and the image is as it was;
 * - `failed`: it could not be done; `cancelled`: it was interrupted. The image is as it was.
 */
export type RepairOutcome =
  | 'nothing-to-do'
  | 'planned'
  | 'not-confirmed'
  | 'repaired'
  | 'undone'
  | 'still-damaged'
  | 'failed'
  | 'cancelled';

/** The damaged original. */
export interface Backup {
  path: string;
  sha256: string;
  /** `link`: it is the very file that was the image; otherwise a copy of it. */
  how: 'link' | 'reflink' | 'sparse';
  /** The note beside it that `undo` reads. */
  record: string;
}

/** What `repairImage` returns: plain, JSON-safe data. */
export interface RepairReport {
  /** Version of this shape; raised when a field changes meaning or goes. */
  schemaVersion: 1;
  /** The image as the caller named it, and the file behind that name. */
  image: string;
  path: string;
  outcome: RepairOutcome;
  /** The exit status for it; bits as of fsck(8): 1 repaired, 4 still damaged, 8 could not, 32 cancelled. */
  status: number;
  /** Why it came to that, as a sentence; null when there is nothing to add. */
  reason: string | null;
  /** What an earlier repair that was interrupted had left. */
  found: string[];
  /** What else is worth knowing, as sentences. */
  notes: string[];
  /** extcheck's report on the image as it was, and on the repaired copy; at most 100 findings of each kind. */
  before: CheckReport | null;
  after: CheckReport | null;
  /** What the repair does to files. Null where it did not come to that. */
  changes: TreeChanges | null;
  /** Required paths that the repaired image still lacks. */
  stillMissing: string[];
  /** The walk of a boot on the repaired copy; null where `bootable` was not asked for, or something else decided about it. */
  boot: BootReport | null;
  /** Whole-image hashes. */
  sha256: { before: string | null; after: string | null };
  /** The native tool and each of its runs, with output and problems. */
  fsck: { path: string; version: string; rounds: FsckRound[] } | null;
  backup: Backup | null;
  /** All native commands that were run, in order, each with its arguments. */
  commands: string[][];
  /** The command that puts the original back, with its arguments; null when there is nothing to put back. */
  undo: string[] | null;
}

/** A report of nothing yet. */
export const emptyReport = (image: string, path: string): RepairReport => ({
  schemaVersion: 1,
  image,
  path,
  outcome: 'failed',
  status: 8,
  reason: null,
  found: [],
  notes: [],
  before: null,
  after: null,
  changes: null,
  stillMissing: [],
  boot: null,
  sha256: { before: null, after: null },
  fsck: null,
  backup: null,
  commands: [],
  undo: null,
});

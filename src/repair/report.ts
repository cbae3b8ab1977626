/** What a repair returns: plain, JSON-safe data. */
import type { BootReport } from '../boot/boot-report';
import type { CheckReport } from '../problem/report';
import type { TreeChanges } from './changes';
import type { FsckRound } from './fsck';

/**
 * - `nothing-to-do`: extcheck finds nothing that a repair could fix;
 * - `planned`: a dry run ended with its plan; `not-confirmed`: the plan was not confirmed;
 * - `repaired`: the verified repaired image replaced the damaged one; `undone`: the kept original is restored;
 * - `still-damaged`: the result is not acceptable, and the image was left unchanged;
 * - `failed`: the repair was not possible; `cancelled`: it was interrupted. The image was left unchanged.
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
  /** `link`: the original file itself; `reflink`, `sparse`: a copy. */
  method: 'link' | 'reflink' | 'sparse';
  /** Path of the record that `undo` reads. */
  record: string;
}

/** What `repairImage` returns: plain, JSON-safe data. */
export interface RepairReport {
  /** Version of this format; raised when a field changes its meaning or is removed. */
  schemaVersion: 2;
  /** The image as the caller named it, and its real path. */
  image: string;
  path: string;
  outcome: RepairOutcome;
  /** The exit status; bits as in fsck(8): 1 repaired, 4 still damaged, 8 failed, 32 cancelled. */
  status: number;
  /** The reason for the outcome, as sentences; null if there is none. */
  reason: string | null;
  /** What an interrupted earlier repair left over, as sentences. */
  leftovers: string[];
  /** Other information, as sentences. */
  notes: string[];
  /** extcheck's reports on the damaged image and on the repaired copy; at most 100 findings of each kind. */
  before: CheckReport | null;
  after: CheckReport | null;
  /** How the repair changes files; null if the repair did not get that far. */
  changes: TreeChanges | null;
  /** Required paths that are missing or damaged in the repaired image. */
  stillMissing: string[];
  /** The boot report of the repaired copy; null unless `bootable` is requested and the option `boots` is not set. */
  boot: BootReport | null;
  /** Hashes of the complete image. */
  sha256: { before: string | null; after: string | null };
  /** The native tool and each of its runs, with output and problems. */
  fsck: { path: string; version: string; rounds: FsckRound[] } | null;
  backup: Backup | null;
  /** All native commands that were run, in order, with their arguments. */
  commands: string[][];
  /** The command that restores the original, with its arguments; null if no original was kept. */
  undo: string[] | null;
}

/** The report before any step. */
export const emptyReport = (image: string, path: string): RepairReport => ({
  schemaVersion: 2,
  image,
  path,
  outcome: 'failed',
  status: 8,
  reason: null,
  leftovers: [],
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

/** What one check of one image returns: plain, JSON-safe data. */
import type { Finding, Severity } from './finding';

/**
 * The whole check in one word: the worst severity found, `clean` when nothing was found and everything was checked, and
 * `incomplete` when something could not be checked and nothing worse than a warning was found.
 */
export type Verdict = 'clean' | Severity | 'incomplete';

/** What happened to a path. A directory stands for all that was below it. */
export type Harm =
  | 'missing' // its name is left, its inode is not
  | 'unreadable' // its inode or its directory blocks are destroyed
  | 'partly-lost' // a directory some of whose blocks are destroyed
  | 'wrong-type' // it is something else than its directory entry says
  | 'damaged' // its data cannot be what was written: lost, truncated, or mapped wrongly
  | 'shared-blocks'; // its data blocks belong to something else as well

/** A path that is gone or damaged: absolute inside the image, the top of each lost subtree. */
export interface Affected {
  path: string;
  how: Harm;
}

/** What became of one required path. */
export interface RequiredResult {
  path: string;
  state: 'ok' | 'missing' | 'unreadable' | 'empty' | 'all-nul' | 'not-a-file';
  /** The first component that could not be passed, as an absolute path; absent when ok. */
  stoppedAt?: string;
}

/** What the superblock says the file system is. Times are ISO 8601 or null when not set. */
export interface FileSystemFacts {
  type: 'ext2' | 'ext3' | 'ext4';
  label: string;
  uuid: string;
  revision: number;
  creatorOs: string;
  /** Feature names as mke2fs spells them, in the order compat, incompat, ro_compat. */
  features: string[];
  /** Bytes. */
  blockSize: number;
  blocks: number;
  freeBlocks: number;
  inodes: number;
  freeInodes: number;
  /** Bytes. */
  inodeSize: number;
  groups: number;
  /** The flag a clean unmount leaves; never trusted. */
  unmountedCleanly: boolean;
  /** The kernel recorded errors while the file system was mounted. */
  errorsRecorded: boolean;
  /** As the image has it, before any replay. */
  journalNeedsRecovery: boolean;
  lastMountedOn: string;
  created: string | null;
  lastMounted: string | null;
  lastWritten: string | null;
  lastChecked: string | null;
  /** Block of the superblock that was used: the primary one, or a backup when the primary is destroyed. */
  superblockAt: number;
}

/** The journal, and what was made of it. */
export interface JournalFacts {
  /**
   * - `none`: the file system has no journal;
   * - `external`: it lies on another device, and what it holds is not known;
   * - `clean`: it holds nothing that would have to be replayed;
   * - `replayed`: it was replayed in memory, and what was checked is the state after that, as a mount would find it;
   * - `partly-replayed`: the same as far as a damaged journal allows; the kernel would refuse to mount;
   * - `not-replayed`: it holds changes, and the caller asked for the state before them;
   * - `unusable`: it cannot be used; should it hold changes, the state before them was checked.
   */
  state: 'none' | 'external' | 'clean' | 'replayed' | 'partly-replayed' | 'not-replayed' | 'unusable';
  /** Transactions that were replayed. */
  transactions: number;
  /** Blocks of the file system that the replay changes. */
  blocks: number;
  /** Copies in the log that were left out because their blocks had been given to something else since. */
  revoked: number;
  /** Changes in its fast-commit area, which a mount makes after the replay. */
  fastCommits: number;
  /** Why those changes were not made in memory as well; null when they were, or there are none. All are made, or none. */
  fastCommitsSkipped: string | null;
  /** Time of the last transaction that was replayed, in ISO 8601. */
  lastCommit: string | null;
}

/** Something the check did not look at, and why. A report that has one is never `clean`. */
export interface NotChecked {
  what: string;
  why: string;
}

/** What was read for the checks of contents. */
export interface ContentFacts {
  /** Names of the checks, in the order in which they ran. */
  checks: string[];
  /** Names in the tree, the root counted. */
  names: number;
  /** Regular files whose contents were read, and bytes they have by their sizes. */
  files: number;
  bytes: number;
  /** Of these, bytes in blocks that are written and wholly NUL, and bytes in holes and in space that was never written. */
  nulBytes: number;
  holeBytes: number;
  /** Files in which no byte is other than NUL, though they have blocks that were written. */
  nulFiles: number;
  /** Files that could not be read to their end. */
  unreadableFiles: number;
}

/** What became of the findings that a baseline accepts. */
export interface BaselineFacts {
  /** Findings that were accepted, and are not among those of the report. */
  accepted: number;
  /** How many findings the baseline would have accepted and that were not there: it can be written anew, with less. */
  unused: number;
  findings: Finding[];
}

export interface CheckReport<Id extends string = string> {
  /** Version of this shape; raised when a field changes meaning or goes. */
  schemaVersion: 2;
  /** The name the caller gave the image, if any. */
  image?: string;
  verdict: Verdict;
  /** Null when no superblock could be found. */
  filesystem: FileSystemFacts | null;
  /** Null when no superblock could be found. */
  journal: JournalFacts | null;
  /** Names of the parts that were checked, in order. */
  checked: string[];
  notChecked: NotChecked[];
  /** What probably happened and what it means, in sentences; empty for a clean image. */
  diagnosis: string[];
  /** Paths that are gone or damaged, boot-critical ones first; at most `maxFindings` of them. */
  affected: Affected[];
  /** How many affected paths there are in all. */
  affectedCount: number;
  /** Results for the paths that were required, in the order asked for. */
  required: RequiredResult[];
  /** All findings up to a bound per id, in a deterministic order. */
  findings: Finding<Id>[];
  /** How many findings of each id there were, also beyond the bound. */
  counts: Record<string, number>;
  severityCounts: Record<Severity, number>;
  /** What a baseline took out of findings, counts and verdict; absent without one. */
  baseline?: BaselineFacts;
  /** What was read of the files themselves; absent when nobody asked for that. */
  content?: ContentFacts;
  /** What the check cost: bytes read from the source and reads issued. Deterministic for one image and version. */
  io: { bytesRead: number; reads: number };
}

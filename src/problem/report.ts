/** The result of a check of one image: JSON-safe data. */

import type { ContainerStep, TailFacts } from './container';
import { type Finding, type Severity, severities } from './finding';
import type { LayoutFacts } from './layout';
import type { PartitionFacts, StartFacts } from './start';

/**
 * The result in one word: the worst severity; `clean` without findings if everything was checked; `incomplete` if something
 * could not be checked and there is no error.
 */
export type Verdict = 'clean' | Severity | 'incomplete';

/** The harm to a path. A directory stands for everything that was below it. */
export type Harm =
  | 'missing' // its name exists, its inode does not
  | 'unreadable' // the kernel refuses to open it
  | 'partly-lost' // a directory some of whose blocks are destroyed
  | 'wrong-type' // its type differs from its directory entry
  | 'damaged' // its data is not what was written: lost, truncated, or mapped wrongly
  | 'shared-blocks'; // other files or metadata also use its data blocks

/** A lost or damaged path: absolute in the image, the top of each lost subtree. */
export interface Affected {
  path: string;
  how: Harm;
}

/** Whether the root directory is lost, and with it every path; it is the first of the affected paths then. */
export const isRootLost = ([first]: readonly Affected[]): boolean =>
  first?.path === '/' && (first.how === 'unreadable' || first.how === 'missing');

/** The result for one required path. */
export interface RequiredResult {
  path: string;
  state: 'ok' | 'missing' | 'unreadable' | 'empty' | 'all-nul' | 'not-a-file';
  /** The component at which lookup stopped, as an absolute path; absent if ok. */
  stoppedAt?: string;
}

/** Facts from the superblock. Times are ISO 8601, or null if not set. */
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
  /** A clean unmount set its flag, and the journal needs no recovery; never trusted. */
  unmountedCleanly: boolean;
  /** The kernel recorded errors while the file system was mounted. */
  errorsRecorded: boolean;
  /** As in the image, before any replay. */
  journalNeedsRecovery: boolean;
  lastMountedOn: string;
  created: string | null;
  lastMounted: string | null;
  lastWritten: string | null;
  lastChecked: string | null;
  /** Block of the superblock that was used: the primary one, or a backup when the primary is destroyed. */
  superblockAt: number;
}

/** The journal and its replay. */
export interface JournalFacts {
  /**
   * - `none`: the file system has no journal;
   * - `external`: it is on another device, and its content is unknown;
   * - `clean`: it has nothing to replay;
   * - `replayed`: it was replayed in memory, and the state after replay was checked, as a mount would show it;
   * - `partly-replayed`: the same as far as a damaged journal allows; the kernel would refuse to mount;
   * - `not-replayed`: it holds changes, and the caller requested the state before them;
   * - `unusable`: it cannot be used; if it holds changes, the state before them was checked.
   */
  state: 'none' | 'external' | 'clean' | 'replayed' | 'partly-replayed' | 'not-replayed' | 'unusable';
  /** Transactions that were replayed. */
  transactions: number;
  /** Blocks of the file system that the replay changes. */
  blocks: number;
  /** Copies in the log that were skipped because their blocks were reused later. */
  revoked: number;
  /** Changes in its fast-commit area, which a mount applies after the replay. */
  fastCommits: number;
  /** Why these changes were not applied in memory; null if they were, or there are none. Either all are applied or none. */
  fastCommitsSkipped: string | null;
  /** Time of the last transaction that was replayed, in ISO 8601. */
  lastCommit: string | null;
}

/** A part that was not checked, and why. A report that has one is never `clean`. */
export interface NotChecked {
  what: string;
  why: string;
}

/** The verdict for these findings and gaps. A gap outranks everything except errors: findings are certain, gaps are not. */
export function verdictOf(counts: Readonly<Record<Severity, number>>, notChecked: readonly NotChecked[]): Verdict {
  const worst = [...severities].reverse().find((severity) => counts[severity] > 0);
  if (worst === 'fatal' || worst === 'error') return worst;
  return notChecked.length > 0 ? 'incomplete' : (worst ?? 'clean');
}

/** Facts from the checks of contents. */
export interface ContentFacts {
  /** Names of the checks, in the order in which they ran. */
  checks: string[];
  /** Names in the tree, including the root. */
  names: number;
  /** Regular files whose contents were read, and the sum of their sizes in bytes. */
  files: number;
  bytes: number;
  /** Of these, bytes in written blocks of only NUL, and bytes in holes and in space that was never written. */
  nulBytes: number;
  holeBytes: number;
  /** Files with written blocks that contain only NUL bytes. */
  nulFiles: number;
  /** Files that could not be read completely. */
  unreadableFiles: number;
}

/** A place where the checked device, or a device of the checked file, is mounted. */
export interface MountFacts {
  mountPoint: string;
  /** Whether nothing can be written through this mount. */
  readOnly: boolean;
}

/** Findings that a baseline accepted. */
export interface BaselineFacts {
  /** Number of accepted findings, which are not in `findings` of the report. */
  accepted: number;
  /** How many findings the baseline accepts that no longer exist: a new baseline would be smaller. */
  unused: number;
  /** Number of findings that no baseline accepts: `fatal` ones and required paths that failed. They stay in the report. */
  refused: number;
  findings: Finding[];
}

/** How sure a cause is: it explains everything, it is the usual reason, or it is one of several. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** A probable cause of what was found. */
export interface Cause {
  /** Permanent kebab-case name; see docs/causes.md. */
  id: string;
  /** `damage` of the image; `sound`: the file system is sound, something else differs; or the file is not one at all. */
  kind: 'damage' | 'sound' | 'not-a-file-system';
  severity: Severity;
  certainty: Certainty;
  /** A clause that can follow the name of the image and a colon. */
  headline: string;
  /** The evidence and what it means, in sentences. */
  text: string;
  /** Every file can be restored, although paths may be reported as unreadable. */
  nothingLost: boolean;
  /** Why a repair by e2fsck would do harm; absent if it would not. */
  refusesRepair?: string;
}

/** One thing to do next. */
export interface Step {
  text: string;
  /** Shell commands to copy, with the name of the image; empty if there is none. */
  commands: string[];
  /** What the commands write to: nothing, a copy of the image in the current folder, or the image itself. */
  changes: 'nothing' | 'copy' | 'image';
}

/** What points to a cause in addition to the findings. */
export interface EvidenceFacts {
  /** Number of blocks in use that contain only zeros although they cannot be empty. */
  zeroBlocks: number;
  /** Block groups whose inode tables have such blocks; at most 100. */
  zeroTableGroups: number[];
  /**
   * Number of these whose bytes have no space in the file that holds the file system, such as a hole of an image inside
   * another file system; absent if there are none. Counted for the kept findings.
   */
  zeroBlocksWithoutSpace?: number;
  /** Files without any data, if the image has no data at all and no backup superblock, as `e2image -r` makes it; otherwise 0. */
  omittedFiles: number;
  /** Number of blocks in the superblock before the journal was replayed; absent if it was not. */
  blocksBeforeReplay?: number;
  /** One for each wrong checksum of an inode, a directory block or an extent block; absent if not each has one. */
  flippedBits?: FlippedBit[];
}

/** Whether a mount works. */
export interface MountResult {
  works: boolean;
  /** Why not: the id of a problem, or a clause; absent if it works. */
  why?: string;
}

/** Which mounts of the file system work, as Linux 6.18 mounts it; features that a kernel lacks are not considered. */
export interface Mountable {
  /** A writable mount. */
  readWrite: MountResult;
  /** `-o ro` on a device that can be written, as a boot mounts its root. */
  readOnly: MountResult;
  /** On a device that cannot be written: dm-verity, a read-only loop device or partition, squashfs. */
  readOnlyDevice: MountResult;
}

/** A bit whose flip explains a wrong checksum. */
export interface FlippedBit {
  /** The inode that the structure belongs to. */
  inode: number;
  /** Byte of the image, and the bit in it, 0 for the lowest. */
  byte: number;
  bit: number;
  /** The field of the inode; absent if the bit is in a block. */
  field?: string;
}

export interface CheckReport<Id extends string = string> {
  /** Version of this shape; increased if a field changes meaning or is removed. */
  schemaVersion: 2;
  /** The name the caller gave the image, if any. */
  image?: string;
  verdict: Verdict;
  /** Null if no superblock was found. */
  filesystem: FileSystemFacts | null;
  /** Null if no superblock was found. */
  journal: JournalFacts | null;
  /** Which mounts work; absent if no superblock was found. */
  mountable?: Mountable;
  /** What is at the start of the image instead of a file system, or was written over it; absent if nothing was recognized. */
  foundAtStart?: StartFacts;
  /** The containers around the file system, the outermost first; absent if it is not in one. */
  container?: ContainerStep[];
  /** What follows the file system in its file or partition; absent if nothing does, or it was not looked at. */
  followedBy?: TailFacts[];
  /** The partition in which the file system is, if the caller named one. */
  partition?: PartitionFacts;
  /** Where the image is mounted; absent if it is not, or if that is not known. */
  mounted?: MountFacts[];
  /** Names of the parts that were checked, in order. */
  checked: string[];
  notChecked: NotChecked[];
  /** Probable causes, the worst first; empty for a clean image. */
  causes: Cause[];
  /** What to do, in order; empty for a clean image. */
  steps: Step[];
  /** What points to the causes besides the findings; absent if nothing was checked. */
  evidence?: EvidenceFacts;
  /** Lost and damaged paths, boot-critical ones first; at most `maxFindings` of them. */
  affected: Affected[];
  /** Total number of affected paths. */
  affectedCount: number;
  /** Results for the required paths, in the order of the option. */
  required: RequiredResult[];
  /** The findings, up to a limit for each id, in a deterministic order. */
  findings: Finding<Id>[];
  /** Number of findings of each id, including those above the limit. */
  counts: Record<string, number>;
  severityCounts: Record<Severity, number>;
  /** Findings that a baseline removed from findings, counts and verdict; absent without one. */
  baseline?: BaselineFacts;
  /** Facts from the contents of files; absent if they were not read. */
  content?: ContentFacts;
  /** What each block holds; absent unless the extension `layoutMap()` was used. */
  layout?: LayoutFacts;
  /** Bytes read from the source, and number of reads. Deterministic for one image and version. */
  io: { bytesRead: number; reads: number };
}

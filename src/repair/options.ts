/** The options of a repair, and the events that it reports. */
import type { Profile } from '../boot/profile';
import type { ProfileName } from '../boot/profiles';
import type { Acceptance, BootPredicate } from './accept';
import type { Files } from './files';
import type { FsckMode } from './fsck';
import type { RepairReport } from './report';
import type { Runner } from './runner';

/** The steps of a repair, in order; a repair may skip some. */
export type RepairStep =
  | 'leftovers'
  | 'check'
  | 'tool'
  | 'copy'
  | 'fsck'
  | 'recheck'
  | 'compare'
  | 'confirm'
  | 'remount'
  | 'backup'
  | 'replace'
  | 'in-place'
  | 'undo';

/** Reported at the start of each step; `text` is a sentence. */
export interface RepairEvent {
  step: RepairStep;
  text: string;
}

/** How `repairImage` repairs. */
export interface RepairOptions {
  /** Where the file system starts in the image, in bytes. Default 0. */
  offset?: number;
  /** Stop after the plan: nothing is changed except a private copy, which is removed. */
  dryRun?: boolean;
  /** Continue without confirmation. */
  yes?: boolean;
  /** Called with the plan if `yes` is not set; without both the repair ends as `not-confirmed`. */
  confirm?: (plan: RepairReport) => Promise<boolean>;
  /** Folder for the damaged original. Default: that of the image. */
  backup?: string;
  /** Do not keep the original. */
  noBackup?: boolean;
  /** Folder for the private copy. Default: that of the image; on a read-only file system, the folder for temporary files. */
  work?: string;
  /** Paths that must be complete, non-empty files in the result. */
  require?: readonly string[];
  /** What the result must be. Default `clean`. */
  accept?: Acceptance;
  /**
   * Most paths that a result may lose, or `all`. Default: as many as the check before the repair reported as lost. Without
   * `yes`, `confirm` decides about the default. Only `all` accepts a result that loses the root directory or is unknown.
   */
  acceptLoss?: number | 'all';
  /** How the image is booted, for `bootable`. Default `generic-linux`. */
  profile?: ProfileName | Profile;
  /** Decides about `bootable` instead of a trace of the boot path. */
  boots?: BootPredicate;
  /** Path of e2fsck. Default: the first one on PATH and in the usual folders. */
  fsck?: string;
  /** Default `auto`: -p first, -y when that is not enough. */
  mode?: FsckMode;
  /** Most runs of e2fsck that may change something. Default 4. */
  maxRounds?: number;
  /** Time limit of one run of e2fsck, in milliseconds. Default 30 minutes. */
  timeLimit?: number;
  /** If the image is on a file system that is mounted read-only, make it writable while needed. */
  remount?: boolean;
  /** Write to a block device in place; requires `backup`. */
  inPlace?: boolean;
  /** If the image ends before its file system does, extend the copy with zeros. */
  extend?: boolean;
  /** Paths of each kind of change that the report keeps. Default 10,000. */
  maxChanges?: number;
  signal?: AbortSignal;
  onEvent?: (event: RepairEvent) => void;
  /** Starts native commands. Default: real processes. */
  run?: Runner;
  /** Changes files outside the image. Default: the real ones. */
  files?: Files;
  /** Default: now. */
  now?: Date;
}

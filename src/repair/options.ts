/** What a caller can ask of a repair, and what it hears while that goes on. */
import type { Profile } from '../boot/profile';
import type { ProfileName } from '../boot/profiles';
import type { Acceptance, BootPredicate } from './accept';
import type { Files } from './files';
import type { FsckMode } from './fsck';
import type { RepairReport } from './report';
import type { Runner } from './runner';

/** The steps of a repair, in order; not all are taken. */
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

/** Told at the beginning of a step, as a sentence. */
export interface RepairEvent {
  step: RepairStep;
  text: string;
}

/** How `repairImage` repairs. */
export interface RepairOptions {
  /** Where the file system starts in the image, in bytes. Default 0. */
  offset?: number;
  /** Stop with the plan; nothing is changed but for a private copy, which is removed. */
  dryRun?: boolean;
  /** Go on without asking. */
  yes?: boolean;
  /** Asked with the plan when `yes` is not set; without either the repair ends as `not-confirmed`. */
  confirm?: (plan: RepairReport) => Promise<boolean>;
  /** Folder for the damaged original. Default: beside the image. */
  backup?: string;
  /** Keep no original. */
  noBackup?: boolean;
  /** Folder for the private copy. Default: beside the image; on a read-only file system the folder for temporary files. */
  work?: string;
  /** Paths that must be whole, non-empty files in the result. */
  require?: readonly string[];
  /** What the result must be. Default `clean`. */
  accept?: Acceptance;
  /** How the image is booted, for `bootable`. Default `generic-linux`. */
  profile?: ProfileName | Profile;
  /** Decides about `bootable` in place of the walk of a boot. */
  boots?: BootPredicate;
  /** Path of e2fsck. Default: the first one on PATH and in the usual folders. */
  fsck?: string;
  /** Default `auto`: -p first, -y when that is not enough. */
  mode?: FsckMode;
  /** Runs of e2fsck that may change something, at most. Default 4. */
  maxRounds?: number;
  /** Milliseconds for one run of e2fsck. Default 30 minutes. */
  timeLimit?: number;
  /** Remount the file system that the image lies on, where it is mounted read-only. */
  remount?: boolean;
  /** Write to a block device where it stands; needs `backup`. */
  inPlace?: boolean;
  /** Make the copy of an image that ends before its file system does as long as that, with zeros. */
  extend?: boolean;
  /** Paths kept of each kind of change. Default 10,000. */
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

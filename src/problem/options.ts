/** The options of a check. */
import type { Finding } from './finding';
import type { PartitionFacts } from './start';

/** One step of the progress of a check. */
export interface Progress {
  phase: 'inodes' | 'directories' | 'verity' | 'names' | 'contents';
  done: number;
  total: number;
}

/** Options of every check of an image. */
export interface BaseOptions<Id extends string = string> {
  /** Aborting rejects the check with the signal's reason, within one batch of reads. */
  signal?: AbortSignal;
  /**
   * Called for every kept finding while the check runs, in the order of the report, and never again after `signal` is
   * aborted. It gets the object that the report will have. Paths are made after the passes, so `path` is usually not set yet.
   * An error that it throws ends the check.
   */
  onFinding?: (finding: Finding<Id>) => void;
  onProgress?: (progress: Progress) => void;
  /** Maximum number of findings for each id; counts are always complete. Default 10,000. */
  maxFindings?: number;
  /** Absolute paths in the image that must be readable files, neither empty nor all NUL; each other one is an error. */
  require?: readonly string[];
  /**
   * Check the state that a mount would show: if the image is marked for a journal replay, the journal is replayed in memory.
   * False checks the state before replay, as `e2fsck -fn` does. Default true.
   */
  replay?: boolean;
  /** Maximum number of threads, including this one. Default: automatic. */
  jobs?: number;
  /** The partition that the image is, by its disk: see `findPartition`. A file system that is larger cannot be mounted. */
  partition?: PartitionFacts;
  /** Name of the image, for the report. */
  image?: string;
  /**
   * The version of e2fsck whose codes findings carry, such as `1.47.4`; default 1.47.0, also for older ones. It changes no
   * finding. docs/differences.md lists the codes that came later.
   */
  e2fsck?: string;
  /** The time with which times in the image are compared. Default: now. */
  now?: Date;
}

/** What a caller can ask of a check. */
import type { Finding } from './finding';

/** One step of the progress of a check. */
export interface Progress {
  phase: 'inodes' | 'directories' | 'verity' | 'names' | 'contents';
  done: number;
  total: number;
}

/** What every check of an image understands, whatever else is checked. */
export interface BaseOptions<Id extends string = string> {
  /** Aborting rejects the check with the signal's reason, within one batch of reads. */
  signal?: AbortSignal;
  /** Called for every finding that is kept, in the order of the report, once its path is known. */
  onFinding?: (finding: Finding<Id>) => void;
  onProgress?: (progress: Progress) => void;
  /** Findings kept for each id; counts are complete all the same. Default 10,000. */
  maxFindings?: number;
  /** Absolute paths inside the image that must exist as whole, non-empty, not all-NUL files. */
  require?: readonly string[];
  /**
   * Check the state that a mount would find, with the journal replayed in memory, where the image says that it has to be.
   * False checks the state before that, as `e2fsck -fn` does. Default true.
   */
  replay?: boolean;
  /** Maximum number of threads, this one included; 1 starts no other one. Default: automatic. */
  jobs?: number;
  /** Name of the image, put into the report as it is. */
  image?: string;
  /** The time that the image's times are held against. Default: now. */
  now?: Date;
}

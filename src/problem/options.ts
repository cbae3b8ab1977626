/** What a caller can ask of a check. */
import type { Finding } from './finding';

/** One step of the progress of a check. */
export interface Progress {
  phase: 'inodes' | 'directories' | 'verity' | 'names' | 'contents';
  done: number;
  total: number;
}

export interface CheckOptions {
  /** Aborting rejects the check with the signal's reason, within one batch of reads. */
  signal?: AbortSignal;
  /** Called for every finding that is kept, in the order of the report, once its path is known. */
  onFinding?: (finding: Finding) => void;
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
  /**
   * Who will read the image: findings say which of them cannot use its features. `grub@2.06+metadata_csum_seed`,
   * `u-boot@2024.01`, or `grub` for any version in use; `5.14` and `1.46` for kernel and e2fsck. docs/features.md has more.
   */
  readBy?: { bootLoader?: string; kernel?: string; e2fsck?: string };
  /** Threads at most that a check may keep busy, this one counted; 1 means this one alone. By default as many as pay. */
  jobs?: number;
  /** Name of the image, put into the report as it is. */
  image?: string;
  /** The time that the image's times are held against. Default: now. */
  now?: Date;
}

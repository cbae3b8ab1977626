/** What a trace of the boot path returns: plain, JSON-safe data. */

import type { Finding, Severity } from '../problem/finding';
import type { NotChecked, RequiredResult } from '../problem/report';
import type { StartFacts } from '../problem/start';
import type { ArchiveFact } from './initramfs/archives';
import type { KernelKind, Machine } from './kernel/kernel';

/** One step of the machine, in the order in which the machine takes them. */
export interface BootStep {
  /**
   * `file system`, `features`, `label`, `journal`, `config`, `kernel`, `initramfs`, `entry`, `init`, `libraries`,
   * `os-release`, `required`.
   */
  step: string;
  ok: boolean;
  /** What was found, as a sentence. */
  message: string;
  /** What the console shows if the step fails; newlines separate lines. */
  console?: string;
}

/**
 * `boots`: every step works; `doubtful`: every step works, but there is a warning; `fails`: a step fails; `unknown`: no
 * file system was found, or part of the image could not be checked.
 */
export type BootVerdict = 'boots' | 'doubtful' | 'fails' | 'unknown';

/** The kernel that the boot loader starts. */
export interface BootKernel {
  path: string;
  kind: KernelKind | null;
  machine: Machine | null;
  /** Bytes of the file, and the minimum according to its headers (0 if they do not specify it). */
  size: number;
  declared: number;
  version: string;
}

/** One initramfs that the boot loader loads. */
export interface BootInitramfs {
  path: string;
  /** Bytes. */
  size: number;
  /** The archives in order. */
  archives: ArchiveFact[];
}

/** What `checkBoot` returns: plain, JSON-safe data. */
export interface BootReport {
  /** Version of this format; raised when a field changes its meaning or is removed. */
  schemaVersion: 2;
  /** The name the caller gave the image, if any. */
  image?: string;
  verdict: BootVerdict;
  /** Name of the profile. */
  profile: string;
  steps: BootStep[];
  /** The first kernel and the initramfs that are loaded; null or empty if none was found. */
  kernel: BootKernel | null;
  initramfs: BootInitramfs[];
  init: { path: string; machine: Machine | null } | null;
  /** Label and features of the file system. */
  label: string;
  features: string[];
  required: RequiredResult[];
  /** What the image is if it is not an ext file system; its steps are empty then. */
  foundAtStart?: StartFacts;
  findings: Finding[];
  counts: Record<string, number>;
  severityCounts: Record<Severity, number>;
  /** What was not checked, and why; a report with an entry is never `boots`. */
  notChecked: NotChecked[];
  /** Facts that a person should know and that are not faults, such as archives that were not unpacked. */
  notes: string[];
}

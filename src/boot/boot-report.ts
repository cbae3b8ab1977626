/** What a walk along the way of a boot returns: plain, JSON-safe data. */
import type { Finding, Severity } from '../problem/finding';
import type { NotChecked, RequiredResult } from '../problem/report';
import type { KernelKind, Machine } from './kernel/kernel';

/** One step of the machine, in the order in which it takes them. */
export interface BootStep {
  /** `file system`, `features`, `label`, `config`, `kernel`, `initramfs`, `init`, `libraries`, `os-release`, `required`. */
  step: string;
  ok: boolean;
  /** What was found, as a sentence. */
  says: string;
  /** What the person at the console will read where the step fails; lines are separated by newlines. */
  console?: string;
}

/**
 * `boots`: every step works; `doubtful`: it does, with a warning; `fails`: a step will not work; `unknown`: no file system
 * was found, or something could not be looked at.
 */
export type BootVerdict = 'boots' | 'doubtful' | 'fails' | 'unknown';

/** The kernel that the boot loader starts. */
export interface BootKernel {
  path: string;
  kind: KernelKind | null;
  machine: Machine | null;
  /** Bytes of the file, and the least that its headers ask for (0 where they do not say). */
  size: number;
  declared: number;
  version: string;
}

/** One initramfs that the boot loader loads. */
export interface BootInitramfs {
  path: string;
  size: number;
  /** Kinds of the archives in order: `cpio`, `gzip`, `zstd` and so on. `files` is -1 where it was not unpacked. */
  archives: { at: number; length: number; kind: string; files: number }[];
}

/** What `checkBoot` returns: plain, JSON-safe data. */
export interface BootReport {
  /** Version of this shape; raised when a field changes meaning or goes. */
  schemaVersion: 1;
  /** The name the caller gave the image, if any. */
  image?: string;
  verdict: BootVerdict;
  /** Name of the profile that was followed. */
  profile: string;
  steps: BootStep[];
  /** The first kernel and initramfs that are loaded; null when none was found. */
  kernel: BootKernel | null;
  initramfs: BootInitramfs[];
  init: { path: string; machine: Machine | null } | null;
  /** Label and features of the file system. */
  label: string;
  features: string[];
  required: RequiredResult[];
  findings: Finding[];
  counts: Record<string, number>;
  severityCounts: Record<Severity, number>;
  /** What was not looked at, and why; a report that has one is never `boots`. */
  notChecked: NotChecked[];
  /** What a person should know and what is no fault, such as archives that were not unpacked. */
  notes: string[];
}

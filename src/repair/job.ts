/** What all steps of one repair share: the options, the report, and the remount that must be undone. */
import { resolve } from 'node:path';
import { checkImage } from '../check';
import { openImage } from '../open-image';
import type { CheckReport, FileSystemFacts } from '../problem/report';
import type { PartitionFacts } from '../problem/start';
import { openFile } from '../source/file';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import type { Image } from '../view/image';
import { findPartition } from '../volume/start/partitions';
import { withoutPrimarySuperblock } from './backup-superblock';
import { type Files, realFiles } from './files';
import type { RepairOptions, RepairStep } from './options';
import { withNames } from './own-folder';
import { Refusal } from './refusal';
import { Remount, readOnlyMount } from './remount';
import { emptyReport, type RepairOutcome, type RepairReport } from './report';
import { commandLine, type Runner, runCommand } from './runner';
import { holdImage, type Target } from './target';

/** Findings of each kind that the reports before and after keep. */
const maxFindings = 100;

/** e2fsck runs in another folder, to which relative paths must not refer. */
function withAbsolutePaths(options: RepairOptions): RepairOptions {
  const { backup, work, fsck } = options;
  return {
    ...options,
    ...(backup !== undefined && { backup: resolve(backup) }),
    ...(work !== undefined && { work: resolve(work) }),
    ...(fsck?.includes('/') && { fsck: resolve(fsck) }),
  };
}

export class Job {
  readonly report: RepairReport;
  readonly files: Files;
  readonly run: Runner;
  readonly now: Date;
  /** The report on the damaged image, by its primary superblock or a backup; the result is compared with it. */
  known: CheckReport | null = null;
  /** The primary superblock of the damaged image is unusable, and `known` uses a backup. */
  usesBackup = false;
  /** The partition of a disk that the image is; null if it is not one, or that is not known. */
  partition: PartitionFacts | null = null;
  readonly options: RepairOptions;
  private remounted: Remount | undefined;
  private release: (() => void) | undefined;

  constructor(
    readonly target: Target,
    options: RepairOptions,
  ) {
    this.options = withAbsolutePaths(options);
    this.report = emptyReport(target.named, target.path);
    this.report.notes.push(...target.notes);
    this.files = options.files ?? realFiles;
    this.now = options.now ?? new Date();
    const start = options.run ?? runCommand;
    this.run = (request) => {
      this.report.commands.push(commandLine(request).map(withNames));
      return start(request);
    };
  }

  /** Keeps the image open until `releaseImage`. @throws Refusal if it was replaced, or another repair has it open */
  holdImage(): void {
    this.releaseImage();
    this.release = holdImage(this.target);
  }

  /** A file system with an open file that has no name cannot be made read-only. */
  readonly releaseImage = (): void => {
    this.release?.();
    this.release = undefined;
  };

  get facts(): FileSystemFacts | null {
    return this.known?.filesystem ?? null;
  }

  step(step: RepairStep, text: string): void {
    this.options.signal?.throwIfAborted();
    this.options.onEvent?.({ step, text });
  }

  note(sentence: string | null): void {
    if (sentence !== null) this.report.notes.push(sentence);
  }

  /** Ends with an image that was left unchanged; `why` is a clause without a full stop. */
  unchanged(outcome: RepairOutcome, status: number, why: string): RepairReport {
    return this.end(outcome, status, `${why}. The image was left unchanged.`);
  }

  end(outcome: RepairOutcome, status: number, reason: string | null): RepairReport {
    return Object.assign(this.report, { outcome, status, reason });
  }

  /** The file system in a file; the caller closes it. */
  source(path: string): ByteSource {
    const { source } = openFile(path);
    try {
      return this.part(source);
    } catch (error) {
      source.close?.();
      throw error;
    }
  }

  /** The bytes of the file system; what is after the end of its partition belongs to others. */
  private part(source: ByteSource): ByteSource {
    const { offset } = this.target;
    if (offset === 0) return source;
    const rest = source.size - offset;
    return sliceSource(source, offset, Math.min(this.partition?.size ?? rest, rest));
  }

  /** Finds the partition that starts where the file system does. */
  async findPartition(): Promise<void> {
    if (this.target.offset === 0) return;
    const { source } = openFile(this.target.path);
    try {
      this.partition = await findPartition(source, this.target.offset);
    } finally {
      source.close?.();
    }
  }

  /** @param useBackup ignore the primary superblock */
  async check(path: string, useBackup = false): Promise<CheckReport> {
    const { signal, require = [], now } = this.options;
    const whole = this.source(path);
    const source = useBackup ? withoutPrimarySuperblock(whole) : whole;
    try {
      const { report, partition } = this;
      const options = { image: report.image, require, maxFindings, ...(partition && { partition }) };
      return await checkImage(source, { ...options, ...(signal && { signal }), ...(now && { now }) });
    } finally {
      source.close?.();
    }
  }

  /** @param useBackup ignore the primary superblock */
  view(path: string, useBackup = false): Promise<Image> {
    const { signal } = this.options;
    const source = this.source(path);
    return openImage(useBackup ? withoutPrimarySuperblock(source) : source, signal ? { signal } : {});
  }

  /** Whether the image is on a file system that is mounted read-only. */
  get readOnly(): boolean {
    return !this.target.device && readOnlyMount(this.target.path) !== undefined;
  }

  /**
   * Makes the file system of the image writable if it is mounted read-only. `closeRemount` undoes that.
   * @throws Refusal if the option `remount` is not set, or the remount fails
   */
  async makeWritable(): Promise<void> {
    const mount = this.target.device ? undefined : readOnlyMount(this.target.path);
    if (mount === undefined || this.remounted !== undefined) return;
    if (!this.options.remount)
      throw new Refusal(
        `${this.target.path} is on ${mount.mountPoint}, which is mounted read-only. Use --remount to make it writable while the repair needs it, and read-only again afterwards.`,
      );
    this.step('remount', `Making ${mount.mountPoint} writable.`);
    this.remounted = await Remount.open(mount.mountPoint, this.run, this.options.signal);
  }

  /** Registers every process group of e2fsck, so that none outlives a remount. */
  readonly onStart = (group: number): void => this.remounted?.watch(group);

  /**
   * Makes the file system read-only again if it was. Returns whether that succeeded. Never throws; a failure is in the notes
   * of the report and in bit 8 of its status.
   */
  async closeRemount(): Promise<boolean> {
    const wrong = await this.remounted?.close();
    this.remounted = undefined;
    if (wrong == null) return true;
    this.report.notes.push(wrong);
    this.report.status |= 8;
    return false;
  }
}

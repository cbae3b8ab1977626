/** What all steps of one repair share: the request, the report as it grows, and the remount that has to be taken back. */
import { checkImage } from '../check';
import { openImage } from '../open-image';
import type { CheckReport, FileSystemFacts } from '../problem/report';
import { openFile } from '../source/file';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import { yieldingSource } from '../source/yielding';
import type { Image } from '../view/image';
import { withoutFirstSuperblock } from './behind-backup';
import { type Files, realFiles } from './files';
import type { RepairOptions, RepairStep } from './options';
import { Refusal } from './refusal';
import { Remount, readOnlyMount } from './remount';
import { emptyReport, type RepairOutcome, type RepairReport } from './report';
import { commandLine, type Runner, runCommand } from './runner';
import type { Target } from './target';

/** Findings kept of each kind in the reports on the image before and after. */
const maxFindings = 100;

export class Job {
  readonly report: RepairReport;
  readonly files: Files;
  readonly run: Runner;
  readonly now: Date;
  /** The report on the image as it is, by its first superblock or by a backup: what the result is held against. */
  known: CheckReport | null = null;
  /** Nobody can use the first superblock of the image as it is, and `known` goes by a backup. */
  behindBackup = false;
  private remounted: Remount | undefined;

  constructor(
    readonly target: Target,
    readonly options: RepairOptions,
  ) {
    this.report = emptyReport(target.named, target.path);
    this.report.notes.push(...target.notes);
    this.files = options.files ?? realFiles;
    this.now = options.now ?? new Date();
    const start = options.run ?? runCommand;
    this.run = (request) => {
      this.report.commands.push(commandLine(request));
      return start(request);
    };
  }

  /** The file system in the image as it is. */
  get facts(): FileSystemFacts | null {
    return this.known?.filesystem ?? null;
  }

  step(step: RepairStep, text: string): void {
    this.options.signal?.throwIfAborted();
    this.options.onEvent?.({ step, text });
  }

  /** Puts a sentence into the report, if there is one. */
  note(sentence: string | null): void {
    if (sentence !== null) this.report.notes.push(sentence);
  }

  end(outcome: RepairOutcome, status: number, reason: string | null): RepairReport {
    return Object.assign(this.report, { outcome, status, reason });
  }

  /** The file system in a file; the caller closes it. */
  source(path: string): ByteSource {
    const { source } = openFile(path);
    try {
      return yieldingSource(this.target.offset === 0 ? source : sliceSource(source, this.target.offset), Date.now);
    } catch (error) {
      source.close?.();
      throw error;
    }
  }

  /** @param hidden the first superblock is left out of account */
  async check(path: string, hidden = false): Promise<CheckReport> {
    const { signal, require = [], now } = this.options;
    const whole = this.source(path);
    const source = hidden ? withoutFirstSuperblock(whole) : whole;
    try {
      const image = this.report.image;
      return await checkImage(source, { image, require, maxFindings, ...(signal && { signal }), ...(now && { now }) });
    } finally {
      source.close?.();
    }
  }

  /** @param hidden the first superblock is left out of account */
  view(path: string, hidden = false): Promise<Image> {
    const { signal } = this.options;
    const source = this.source(path);
    return openImage(hidden ? withoutFirstSuperblock(source) : source, signal ? { signal } : {});
  }

  /** Whether the image lies on a file system that is mounted read-only now. */
  get readOnly(): boolean {
    return !this.target.device && readOnlyMount(this.target.path) !== undefined;
  }

  /**
   * Makes the file system of the image writable where it is mounted read-only. `closeRemount` takes that back.
   * @throws Refusal when that was not asked for, or cannot be
   */
  async makeWritable(): Promise<void> {
    const mount = this.target.device ? undefined : readOnlyMount(this.target.path);
    if (mount === undefined || this.remounted !== undefined) return;
    if (!this.options.remount)
      throw new Refusal(
        `${this.target.path} lies on ${mount.mountPoint}, which is mounted read-only. Say --remount to have that made writable for as long as needed, and read-only again after it.`,
      );
    this.step('remount', `Making ${mount.mountPoint} writable.`);
    this.remounted = await Remount.open(mount.mountPoint, this.run, this.options.signal);
  }

  /** Told of every process group that e2fsck runs in, so that none outlives a remount. */
  readonly onStart = (group: number): void => this.remounted?.watch(group);

  /**
   * Makes the file system read-only again where it was. Returns whether it is as it was. Never throws; what is wrong is in the
   * report, with bit 8 of the status.
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

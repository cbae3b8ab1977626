/** Reads the contents of all wanted files once, in the order of the disk, on all lanes at a time. */

import { bufferBytes, type DigestLane, type Digests, LaneFailed } from '../platform/digests';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import type { FileContent } from './file-content';
import { FileReading } from './file-reading';
import { Packer } from './packer';
import { inodeBatch, prefetchInodes } from './read-order';
import { ContentBudget, readInto } from './read-task';
import type { ReadOrder } from './wanted';

/** Small files that are read together at most. */
const maxFiles = 256;
/** Heads and tails of files that may wait for one before them, in bytes. */
const maxHeld = 24 * 1024 * 1024;

/** Some files next to each other in the order of reading. */
interface Task {
  first: number;
  end: number;
}

/** Gives out tasks from the front, and hands on their results in the same order. */
class Line {
  private next = 0;
  private delivered = 0;
  private readonly again: Task[] = [];
  private readonly done = new Map<number, FileReading[]>();
  private held = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly order: ReadOrder,
    private readonly onContent: (content: FileContent) => void,
  ) {}

  /** The next files to be read: a large one alone, small ones together; undefined when all are given out. */
  take(): Task | undefined {
    const repeated = this.again.pop();
    if (repeated !== undefined) return repeated;
    const { sizes, inodes } = this.order;
    if (this.next === inodes.length) return undefined;
    const first = this.next;
    let bytes = 0;
    while (this.next < inodes.length && this.next - first < maxFiles) {
      bytes += sizes[this.next]!;
      if (this.next > first && bytes > bufferBytes) break;
      this.next++;
    }
    return { first, end: this.next };
  }

  /** A task whose lane failed is done anew by another one. */
  giveBack(task: Task): void {
    this.again.push(task);
    this.wake();
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }

  /** Whether files wait that are not given out yet, or were given back. */
  get isOver(): boolean {
    return this.again.length === 0 && this.next === this.order.inodes.length;
  }

  finish(task: Task, files: FileReading[]): void {
    this.done.set(task.first, files);
    for (const file of files) this.held += file.held;
    for (let ready = this.done.get(this.delivered); ready; ready = this.done.get(this.delivered)) {
      this.done.delete(this.delivered);
      this.delivered += ready.length;
      for (const file of ready) {
        this.held -= file.held;
        this.onContent(file.finish());
      }
    }
    this.wake();
  }

  /** Comes when few enough results wait for one before them. Whoever reads that one never waits here. */
  async room(): Promise<void> {
    while (this.held > maxHeld && this.again.length === 0)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** What reading comes to. */
export interface ContentCost {
  /** Files, and bytes of them by their sizes. */
  files: number;
  bytes: number;
}

export interface ReadingOptions {
  digests: Digests;
  /** Whether heads and tails are handed on; true when left out. Without them they are empty. */
  ends?: boolean;
  onContent: (content: FileContent) => void;
  onProgress: (done: number, total: number) => void;
}

/**
 * Reads the files of `order` and calls `onContent` for each, in that order, whatever the number of lanes. Ends with what
 * `onContent` or the source throws that is no fault of the image, and with the reason of the volume's signal.
 */
export async function readContents(
  volume: Volume,
  groups: Groups,
  order: ReadOrder,
  { digests, ends = true, onContent, onProgress }: ReadingOptions,
): Promise<ContentCost> {
  let total = 0;
  let digested = 0;
  for (let i = 0; i < order.sizes.length; i++) {
    // what a damaged inode says is no measure
    const size = Math.min(order.sizes[i]!, volume.source.size);
    total += size;
    if (order.masks[i] !== 0) digested += size;
  }
  const budget = new ContentBudget(volume);
  let done = 0;
  const line = new Line(order, (content) => {
    done += Math.min(content.size, volume.source.size);
    onProgress(done, total);
    onContent(content);
  });
  const open = digests.open(digested, volume.source.file);
  const [here, ...others] = open.lanes;
  // one lane's failure ends the others, unless it is the lane itself that is gone
  let failed = false;
  /** Files from the front whose inodes were read ahead. */
  let ahead = 0;

  const work = async (lane: DigestLane): Promise<void> => {
    const packer = new Packer(volume, lane);
    for (let task = line.take(); task && !failed; task = line.take()) {
      const files: FileReading[] = [];
      try {
        if (task.end > ahead) {
          ahead = Math.max(task.end, task.first + inodeBatch);
          await prefetchInodes(volume, groups, order.inodes.subarray(task.first, ahead));
        }
        for (let i = task.first; i < task.end; i++) {
          const file = new FileReading(order.inodes[i]!, order.masks[i]!, volume.geometry.blockSize, ends);
          files.push(file);
          const reading = readInto(volume, groups, file, packer, budget);
          if (reading) await reading;
        }
        await packer.flush();
      } catch (error) {
        if (!(error instanceof LaneFailed)) failed = true;
        line.giveBack(task);
        throw error;
      }
      line.finish(task, files);
      await line.room();
    }
  };
  try {
    const ends = await Promise.allSettled([work(here!), ...others.map(work)]);
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    const worst = reasons.find((reason) => !(reason instanceof LaneFailed));
    if (worst !== undefined) throw worst;
    // what a failed lane gave back after this thread was through
    if (!line.isOver) await work(here!);
  } finally {
    await open.close();
  }
  return { files: order.inodes.length, bytes: done };
}

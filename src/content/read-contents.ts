/** Reads the contents of all requested files once, in disk order, with all lanes in parallel. */

import { bufferBytes, type DigestLane, type Digests, LaneFailed } from '../platform/digests';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import type { FileContent } from './file-content';
import { FileReading } from './file-reading';
import { Packer } from './packer';
import { inodeBatch, prefetchInodes } from './read-order';
import { ContentBudget, readInto } from './read-task';
import type { ReadOrder } from './wanted';

/** Most small files that are read together. */
const maxFiles = 256;
/** Memory of results that may wait for an earlier one, in bytes. */
const maxHeld = 24 * 1024 * 1024;

interface Task {
  first: number;
  end: number;
}

/** Hands out tasks in reading order, and delivers their results in the same order. */
class TaskQueue {
  private next = 0;
  private delivered = 0;
  private readonly retries: Task[] = [];
  private readonly done = new Map<number, FileReading[]>();
  private held = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly order: ReadOrder,
    private readonly onContent: (content: FileContent) => void,
  ) {}

  /** The next files: a large one alone, small ones together; undefined if all are handed out. */
  take(): Task | undefined {
    const repeated = this.retries.pop();
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

  /** Returns a task whose lane failed, so that another lane repeats it. */
  giveBack(task: Task): void {
    this.retries.push(task);
    this.wake();
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }

  /** Whether all tasks are handed out and none was returned. */
  get isOver(): boolean {
    return this.retries.length === 0 && this.next === this.order.inodes.length;
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

  /** Waits until few enough results wait for an earlier one. The lane that reads the earlier one never waits here. */
  async room(): Promise<void> {
    while (this.held > maxHeld && this.retries.length === 0)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

export interface ReadingOptions {
  digests: Digests;
  /** Whether the first and last bytes of files are delivered; otherwise they are empty. Default true. */
  ends?: boolean;
  onContent: (content: FileContent) => void;
  onProgress: (done: number, total: number) => void;
}

/**
 * Reads the files of `order` and calls `onContent` for each, in that order, whatever the number of lanes.
 * @throws errors of `onContent`; errors of the source other than SourceError; the reason of the volume's signal
 */
export async function readContents(
  volume: Volume,
  groups: Groups,
  order: ReadOrder,
  { digests, ends = true, onContent, onProgress }: ReadingOptions,
): Promise<void> {
  let total = 0;
  let digested = 0;
  for (let i = 0; i < order.sizes.length; i++) {
    // the size in a damaged inode may be wrong
    const size = Math.min(order.sizes[i]!, volume.source.size);
    total += size;
    if (order.masks[i] !== 0) digested += size;
  }
  const budget = new ContentBudget(volume);
  let done = 0;
  const queue = new TaskQueue(order, (content) => {
    done += Math.min(content.size, volume.source.size);
    onProgress(done, total);
    onContent(content);
  });
  const open = digests.open(digested, volume.source.file);
  const [here, ...others] = open.lanes;
  // an error ends all lanes, unless only the thread of one lane ended
  let failed = false;
  /** Files whose inodes were read ahead. */
  let ahead = 0;

  const work = async (lane: DigestLane): Promise<void> => {
    const packer = new Packer(volume, lane);
    for (let task = queue.take(); task && !failed; task = queue.take()) {
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
        queue.giveBack(task);
        throw error;
      }
      queue.finish(task, files);
      await queue.room();
    }
  };
  try {
    const ends = await Promise.allSettled([work(here!), ...others.map(work)]);
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    const worst = reasons.find((reason) => !(reason instanceof LaneFailed));
    if (worst !== undefined) throw worst;
    // tasks that a failed lane returned after this thread had finished
    if (!queue.isOver) await work(here!);
  } finally {
    await open.close();
  }
}

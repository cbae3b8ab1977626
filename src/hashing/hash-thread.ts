/** Another thread that digests what this one has read into memory that both see. */
import { Worker } from 'node:worker_threads';
import { runParts } from '../content/run-parts';
import { bufferBytes, type DigestLane, LaneFailed } from '../platform/digests';
import { alignedShared } from '../source/aligned';
import type { SharedFile } from '../source/source';
import { type Answer, hashWorker, type Job } from './hash-worker';

/** Buffers that are full or being filled: with two of them the thread waits for the main one, which digests as well. */
const laneCount = 4;

interface Waiting {
  resolve(results: string[] | null): void;
  reject(reason: unknown): void;
}

export class HashThread {
  readonly lanes: readonly DigestLane[];
  private readonly waiting: (Waiting | undefined)[] = [];
  private failed: LaneFailed | undefined;

  private constructor(
    private readonly worker: Worker,
    buffers: readonly Uint8Array[],
    canRead: boolean,
  ) {
    this.lanes = buffers.map((buffer, lane) => ({
      buffer,
      run: async (parts) => (await this.run({ lane, reads: null, parts })) ?? [],
      ...(canRead && { readAndRun: (reads, parts) => this.run({ lane, reads, parts }) }),
    }));
    worker.on('message', ({ lane, results }: Answer) => {
      const waiting = this.waiting[lane];
      this.waiting[lane] = undefined;
      waiting?.resolve(results);
    });
    worker.on('error', (cause) => this.fail(cause));
    worker.on('exit', () => this.fail(new Error('the thread ended')));
    // a check that is over or was given up must not be kept alive by it
    worker.unref();
  }

  /**
   * Starts a thread that knows the digests `names` by their bits, and reads from `file` if there is one; null where no
   * thread can be had. Its program is made from the text of two functions, so that it needs no file of its own, whatever
   * bundles this one.
   */
  static start(names: readonly string[], file: SharedFile | undefined): HashThread | null {
    const buffers = Array.from({ length: laneCount }, () => alignedShared(bufferBytes));
    const program = `(${hashWorker.toString()})(require,${runParts.toString()})`;
    try {
      const workerData = { buffers, names, file: file ?? null };
      const worker = new Worker(program, { eval: true, workerData, env: {}, execArgv: [] });
      return new HashThread(worker, buffers, file !== undefined);
    } catch {
      return null;
    }
  }

  private run(job: Job): Promise<string[] | null> {
    if (this.failed !== undefined) return Promise.reject(this.failed);
    return new Promise((resolve, reject) => {
      this.waiting[job.lane] = { resolve, reject };
      this.worker.ref();
      this.worker.postMessage(job);
    });
  }

  private fail(cause: unknown): void {
    this.failed ??= new LaneFailed('the thread that computes digests has failed', { cause });
    for (const waiting of this.waiting.splice(0)) waiting?.reject(this.failed);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

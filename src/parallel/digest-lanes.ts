/** A thread that computes digests, as its starter sees it: lanes whose buffers are in shared memory. */
import { Worker } from 'node:worker_threads';
import { bufferBytes, type DigestLane, LaneFailed } from '../platform/digests';
import { alignedShared } from '../source/aligned';
import type { SharedFile } from '../source/source';

/** What the thread is started with. */
export interface DigestPlace {
  buffers: Uint8Array[];
  file: SharedFile | null;
}

/** What it is sent: which buffer, what is to be read into it, and what is in it then. */
export interface DigestJob {
  lane: number;
  reads: Float64Array | null;
  parts: Float64Array;
}

/** `results` are null where something could not be read. */
export interface DigestAnswer {
  lane: number;
  results: string[] | null;
}

/** Buffers that are full or being filled: with two of them the thread waits for the main one, which digests as well. */
const laneCount = 4;

interface Waiting {
  resolve(results: string[] | null): void;
  reject(reason: unknown): void;
}

export class DigestThread {
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
    worker.on('message', ({ lane, results }: DigestAnswer) => {
      const waiting = this.waiting[lane];
      this.waiting[lane] = undefined;
      waiting?.resolve(results);
    });
    worker.on('error', (cause) => this.fail(cause));
    worker.on('exit', () => this.fail(new Error('the thread ended')));
    // a check that is over or was given up must not be kept alive by it
    worker.unref();
  }

  /** Starts a thread from `script` that reads from `file` if there is one; null where no thread is available. */
  static start(script: URL, file: SharedFile | undefined): DigestThread | null {
    const buffers = Array.from({ length: laneCount }, () => alignedShared(bufferBytes));
    try {
      const workerData: DigestPlace = { buffers, file: file ?? null };
      const worker = new Worker(script, { workerData, env: {}, execArgv: [] });
      return new DigestThread(worker, buffers, file !== undefined);
    } catch {
      return null;
    }
  }

  private run(job: DigestJob): Promise<string[] | null> {
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

/** The program of the other thread. It runs from its own text, so it may use nothing outside itself. */

import type { runParts } from '../content/run-parts';
import type { OpenDigest } from '../platform/digests';
import type { SharedFile } from '../source/source';

/** What the thread is told: which buffer, what is to be read into it, and what is in it then. */
export interface Job {
  lane: number;
  reads: Float64Array | null;
  parts: Float64Array;
}

/** `results` are null where something could not be read. */
export interface Answer {
  lane: number;
  results: string[] | null;
}

/** What it uses of Node's modules. */
interface Crypto {
  createHash(name: string): OpenDigest;
  hash?(name: string, bytes: Uint8Array, encoding: 'hex'): string;
}
interface Files {
  readSync(fd: number, into: Uint8Array, from: number, length: number, at: number): number;
}
interface Threads {
  parentPort: {
    on(event: 'message', listener: (job: Job) => void): void;
    postMessage(answer: Answer): void;
  };
  workerData: { buffers: Uint8Array[]; names: string[]; file: SharedFile | null };
}

/** Nothing here may refer to anything but parameters and globals. */
export function hashWorker(require: (module: string) => unknown, run: typeof runParts): void {
  const crypto = require('node:crypto') as Crypto;
  const { parentPort, workerData } = require('node:worker_threads') as Threads;
  const { readSync } = require('node:fs') as Files;
  const { buffers, names, file } = workerData;
  const states = buffers.map(() => ({ open: [] as OpenDigest[] }));
  const make = (bit: number) => crypto.createHash(names[bit]!);
  const { hash } = crypto;
  const once = hash === undefined ? null : (bit: number, bytes: Uint8Array) => hash(names[bit]!, bytes, 'hex');
  /** Whether all came. What went wrong, the other side finds out: it reads again. */
  const readAll = (buffer: Uint8Array, reads: Float64Array): boolean => {
    try {
      for (let i = 0; i < reads.length; i += 3) {
        const length = reads[i + 2]!;
        for (let done = 0; done < length; ) {
          const at = file!.offset + reads[i]! + done;
          const got = readSync(file!.fd, buffer, reads[i + 1]! + done, length - done, at);
          if (got === 0) return false;
          done += got;
        }
      }
      return true;
    } catch {
      return false;
    }
  };
  parentPort.on('message', ({ lane, reads, parts }) => {
    const buffer = buffers[lane]!;
    const came = reads === null || readAll(buffer, reads);
    parentPort.postMessage({ lane, results: came ? run(states[lane]!, buffer, parts, make, once) : null });
  });
}

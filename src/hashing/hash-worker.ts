/** The program of the other thread. It runs from its own text, so it may use nothing outside itself. */
import type { OpenDigest } from '../content/digests';
import type { runParts } from '../content/run-parts';

/** What it uses of Node's modules. */
interface Crypto {
  createHash(name: string): OpenDigest;
  hash?(name: string, bytes: Uint8Array, encoding: 'hex'): string;
}
interface Threads {
  parentPort: {
    on(event: 'message', listener: (job: { lane: number; parts: Float64Array }) => void): void;
    postMessage(answer: { lane: number; results: string[] }): void;
  };
  workerData: { buffers: Uint8Array[]; names: string[] };
}

/** Nothing here may refer to anything but parameters and globals. */
export function hashWorker(require: (module: string) => unknown, run: typeof runParts): void {
  const crypto = require('node:crypto') as Crypto;
  const { parentPort, workerData } = require('node:worker_threads') as Threads;
  const { buffers, names } = workerData;
  const states = buffers.map(() => ({ open: [] as OpenDigest[] }));
  const make = (bit: number) => crypto.createHash(names[bit]!);
  const { hash } = crypto;
  const once = hash === undefined ? null : (bit: number, bytes: Uint8Array) => hash(names[bit]!, bytes, 'hex');
  parentPort.on('message', ({ lane, parts }) => {
    parentPort.postMessage({ lane, results: run(states[lane]!, buffers[lane]!, parts, make, once) });
  });
}

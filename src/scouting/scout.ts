/**
 * A script of its own, `scout.js`, in two roles: loaded by the program or the library it starts scouts; on the thread that
 * it starts, it is one.
 */
import { readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type PromptSource, type ScoutJob, scout } from '../checks/inodes/scout';
import type { ScoutLog } from '../checks/inodes/scout-log';
import type { Scouting, StartScout } from '../checks/inodes/scouting';

/** What the thread is told. A descriptor belongs to the process: it is the very file that is checked, whatever its name. */
interface Order {
  /** Tells this thread from others that a program may load this script on. */
  isScout: true;
  fd: number;
  /** Where the image starts in the file, and its length, in bytes. */
  offset: number;
  size: number;
  job: ScoutJob;
}

/** Starts a scout where the machine has a second processor. `script` is this file as it was built. */
export const startScoutFrom =
  (script: string): StartScout =>
  async (file, job): Promise<Scouting | null> => {
    if (availableParallelism() < 2) return null;
    const order: Order = { isScout: true, fd: file.fd, offset: file.offset, size: file.size, job };
    let worker: Worker;
    try {
      worker = new Worker(script, { workerData: order, env: {}, execArgv: [] });
    } catch {
      return null;
    }
    const log = new Promise<ScoutLog | null>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', () => resolve(null));
      worker.once('exit', () => resolve(null));
    });
    return {
      log,
      async stop() {
        await worker.terminate();
      },
    };
  };

/** The same from this very file; it is a script of CommonJS once it is built, and knows its name. */
export const startScout: StartScout = (file, job) =>
  typeof __filename === 'string' && __filename.endsWith('.js')
    ? startScoutFrom(__filename)(file, job)
    : Promise.resolve(null);

function promptSource({ fd, offset, size }: Order): PromptSource {
  return {
    size,
    read(at, into) {
      const wanted = Math.max(0, Math.min(into.length, size - at));
      let done = 0;
      while (done < wanted) {
        const got = readSync(fd, into, done, wanted - done, offset + at + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    },
  };
}

const isOrder = (data: unknown): data is Order =>
  typeof data === 'object' && data !== null && (data as Partial<Order>).isScout === true;

if (!isMainThread && parentPort && isOrder(workerData)) {
  const log = scout(promptSource(workerData), workerData.job);
  parentPort.postMessage(log, [log.words.buffer, log.starts.buffer]);
}

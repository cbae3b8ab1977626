/** Starts the helper thread of a check, from the script that is built beside the program. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StartHelperThread } from '../checks/helper-thread';
import { DirectoryShare } from './directory-share';
import { shareInodes } from './inode-share';
import type { LogData, Order, Place } from './protocol';

/** Starts a helper thread from `script`, where the machine has a second processor. */
export const startFrom =
  (script: URL): StartHelperThread =>
  async (place: Place) => {
    if (availableParallelism() < 2) return null;
    let worker: Worker;
    try {
      worker = new Worker(script, { workerData: place, env: {}, execArgv: [] });
    } catch {
      return null;
    }
    const order = (order: Order) => worker.postMessage(order);
    const over = new Promise<null>((resolve) => {
      worker.once('error', () => resolve(null));
      worker.once('exit', () => resolve(null));
    });
    return {
      shareInodes: (scan, counts) =>
        shareInodes(scan, counts, (job) => {
          const log = new Promise<LogData | null>((resolve) => worker.once('message', resolve));
          order({ inodes: job });
          return Promise.race([log, over]);
        }),
      shareDirectories: (geometry) => new DirectoryShare(geometry, (job) => order({ directories: job })),
      async stop() {
        await worker.terminate();
      },
    };
  };

/** The same from the built script; there is none where the program runs from its sources. */
export const startHelperThread: StartHelperThread = (file) =>
  import.meta.url.endsWith('.ts')
    ? Promise.resolve(null)
    : startFrom(new URL('./check-thread.js', import.meta.url))(file);

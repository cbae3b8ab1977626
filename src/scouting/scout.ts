/**
 * A script of its own, `scout.js`, in two roles: loaded by the program or the library it starts scouts; on the thread that
 * it starts, it is one.
 */
import { readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { scoutLeaves } from '../checks/directories/leaf-scout';
import { LeafShare } from '../checks/directories/leaf-share';
import { scoutInodes } from '../checks/inodes/scout';
import type { InodeJob, LeafJob, Scout, ScoutLog, StartScout } from '../checks/scouts';
import type { PromptSource } from '../source/source';

/** What the thread reads. A descriptor belongs to the process: it is the very file that is checked, whatever its name. */
interface Place {
  /** Tells this thread from others that a program may load this script on. */
  isScout: true;
  fd: number;
  /** Where the image starts in the file, and its length, in bytes. */
  offset: number;
  size: number;
}

type Order = { inodes: InodeJob } | { leaves: LeafJob };

/** Starts a scout where the machine has a second processor. `script` is this file as it was built. */
export const startScoutFrom =
  (script: string | URL): StartScout =>
  async ({ fd, offset, size }): Promise<Scout | null> => {
    if (availableParallelism() < 2) return null;
    const place: Place = { isScout: true, fd, offset, size };
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
      inodes(job) {
        const log = new Promise<ScoutLog | null>((resolve) => worker.once('message', resolve));
        order({ inodes: job });
        return Promise.race([log, over]);
      },
      leaves: (geometry) => new LeafShare(geometry, (job) => order({ leaves: job })),
      async stop() {
        await worker.terminate();
      },
    };
  };

/** The same from the script that the build makes of this file; without a build no thread is started. */
export const startScout: StartScout = (file) =>
  import.meta.url.endsWith('.js')
    ? startScoutFrom(new URL('./scout.js', import.meta.url))(file)
    : Promise.resolve(null);

function promptSource({ fd, offset, size }: Place): PromptSource {
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

const isPlace = (data: unknown): data is Place =>
  typeof data === 'object' && data !== null && (data as Partial<Place>).isScout === true;

if (!isMainThread && parentPort && isPlace(workerData)) {
  const port = parentPort;
  const source = promptSource(workerData);
  port.on('message', (order: Order) => {
    if ('leaves' in order) return scoutLeaves(source, order.leaves);
    const log = scoutInodes(source, order.inodes);
    port.postMessage(log, [log.words.buffer, log.starts.buffer]);
  });
}

/** The script of a helper thread: does the jobs that a check sends, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { fs } from '../source/fs';
import type { SyncSource } from '../source/source';
import { scanDirectoryBlocks } from './directory-scan';
import { scanInodeTables } from './inode-scan';
import type { Order, Place } from './protocol';

function syncSource({ fd, offset, size }: Place): SyncSource {
  return {
    size,
    read(at, into) {
      const wanted = Math.max(0, Math.min(into.length, size - at));
      let done = 0;
      while (done < wanted) {
        const got = fs.readSync(fd, into, done, wanted - done, offset + at + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    },
  };
}

const source = syncSource(workerData as Place);
parentPort?.on('message', (order: Order) => {
  if ('directories' in order) return scanDirectoryBlocks(source, order.directories);
  const log = scanInodeTables(source, order.inodes);
  parentPort?.postMessage(log, [log.words.buffer, log.starts.buffer]);
});

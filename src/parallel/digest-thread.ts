/** The script of a thread that computes digests: of contents in shared memory, and of contents that it reads itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { type LaneState, runParts } from '../content/run-parts';
import { fs } from '../source/fs';
import type { SharedFile } from '../source/source';
import type { DigestAnswer, DigestJob, DigestPlace } from './digest-lanes';
import { digestOnce, openDigest } from './node-hashes';

const { buffers, file } = workerData as DigestPlace;
const states = buffers.map((): LaneState => ({ open: [] }));

/** Whether all came. What went wrong, the other side finds out: it reads again. */
function readAll({ fd, offset }: SharedFile, buffer: Uint8Array, reads: Float64Array): boolean {
  try {
    for (let i = 0; i < reads.length; i += 3) {
      const length = reads[i + 2]!;
      for (let done = 0; done < length; ) {
        const got = fs.readSync(fd, buffer, reads[i + 1]! + done, length - done, offset + reads[i]! + done);
        if (got === 0) return false;
        done += got;
      }
    }
    return true;
  } catch {
    return false;
  }
}

parentPort?.on('message', ({ lane, reads, parts }: DigestJob) => {
  const buffer = buffers[lane]!;
  const came = reads === null || (file !== null && readAll(file, buffer, reads));
  const results = came ? runParts(states[lane]!, buffer, parts, openDigest, digestOnce) : null;
  parentPort?.postMessage({ lane, results } satisfies DigestAnswer);
});

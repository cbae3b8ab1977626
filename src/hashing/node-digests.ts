/** Digests by node:crypto, on this thread and, where there is enough to do, on others beside it. */
import { createHash, getHashes, hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type LaneState, runParts } from '../content/run-parts';
import type { DigestName } from '../platform/digests';
import {
  bufferBytes,
  type DigestLane,
  type Digests,
  digestNames,
  type OpenDigest,
  type OpenLanes,
} from '../platform/digests';
import { alignedBuffer } from '../source/aligned';
import { HashThread } from './hash-thread';

/** Bytes from which on another thread pays: it is at work some 40 ms after it was asked for; see docs/performance.md. */
const worthThread = 96 * 1024 * 1024;
/** More threads than this would wait for this one to read. */
const maxThreads = 4;

const nodeName = (name: DigestName): string => (name === 'rmd160' ? 'ripemd160' : name);

/** One turn of the event loop, in which other threads are heard. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The lane of this thread; with others beside it, it lets them be heard after each buffer. */
function laneHere(hasOthers: boolean): DigestLane {
  const state: LaneState = { open: [] };
  const buffer = alignedBuffer(bufferBytes);
  const make = (bit: number): OpenDigest => createHash(nodeName(digestNames[bit]!));
  // absent before Node 20.12
  const once =
    hash === undefined ? null : (bit: number, bytes: Uint8Array) => hash(nodeName(digestNames[bit]!), bytes, 'hex');
  return {
    buffer,
    async run(parts) {
      const results = runParts(state, buffer, parts, make, once);
      if (hasOthers) await turn();
      return results;
    },
  };
}

/**
 * Digests by node:crypto. `jobs` is how many threads may work at a time, this one counted; when left out, as many as there
 * are processors, at most four, and this one alone where others would not pay.
 */
export function nodeDigests(jobs?: number): Digests {
  const known = new Set(getHashes());
  return {
    knows: (name) => known.has(nodeName(name)),
    open(bytes, file): OpenLanes {
      const wanted = jobs ?? (bytes < worthThread ? 1 : Math.min(availableParallelism(), maxThreads));
      const threads = Array.from({ length: bytes === 0 ? 0 : Math.min(wanted, maxThreads) - 1 }, () =>
        HashThread.start(digestNames.map(nodeName), file),
      ).filter((thread) => thread !== null);
      return {
        lanes: [laneHere(threads.length > 0), ...threads.flatMap((thread) => thread.lanes)],
        close: async () => {
          await Promise.all(threads.map((thread) => thread.close()));
        },
      };
    },
  };
}

/** Digests by node:crypto, on this thread and, where there is enough to do, on others beside it. */
import { availableParallelism } from 'node:os';
import { type LaneState, runParts } from '../content/run-parts';
import { bufferBytes, type DigestLane, type Digests, type OpenLanes } from '../platform/digests';
import { alignedBuffer } from '../source/aligned';
import { nextTurn } from '../source/turns';
import { DigestThread } from './digest-lanes';
import { digestOnce, knownDigests, openDigest } from './node-hashes';

/** Bytes from which another thread pays: it is at work some 40 ms after it was asked for. */
const worthThread = 96 * 1024 * 1024;
/** More threads than this would wait for this one to read. */
const maxThreads = 4;

/** There is no script where the program runs from its sources. */
const builtScript = (): URL | null =>
  import.meta.url.endsWith('.ts') ? null : new URL('./digest-thread.js', import.meta.url);

/** The lane of this thread; with others beside it, it lets them be heard after each buffer. */
function laneHere(hasOthers: boolean): DigestLane {
  const state: LaneState = { open: [] };
  const buffer = alignedBuffer(bufferBytes);
  return {
    buffer,
    async run(parts) {
      const results = runParts(state, buffer, parts, openDigest, digestOnce);
      if (hasOthers) await nextTurn();
      return results;
    },
  };
}

/**
 * Digests by node:crypto. `jobs` is how many threads may work at a time, this one counted; when left out, as many as there
 * are processors, at most four, and this one alone where others would not pay. `script` is what other threads run.
 */
export function nodeDigests(jobs?: number, script = builtScript()): Digests {
  return {
    knows: knownDigests(),
    open(bytes, file): OpenLanes {
      const wanted = jobs ?? (bytes < worthThread ? 1 : Math.min(availableParallelism(), maxThreads));
      const others = bytes === 0 || script === null ? [] : Array<URL>(Math.min(wanted, maxThreads) - 1).fill(script);
      const threads = others.flatMap((script) => DigestThread.start(script, file) ?? []);
      return {
        lanes: [laneHere(threads.length > 0), ...threads.flatMap((thread) => thread.lanes)],
        close: async () => {
          await Promise.all(threads.map((thread) => thread.close()));
        },
      };
    },
  };
}

/** A source for limits: every read must be inside the image, and all reads together within a budget. */
import type { ByteSource } from '../../src/source/source';

/** What was read, and the most memory seen while reading. */
export interface ReadTally {
  reads: number;
  /** Bytes asked for. */
  bytes: number;
  /** Most bytes in array buffers of this process at any sample, less those at the first. */
  memory: number;
}

export interface Budget {
  /** Reads, at most. */
  reads?: number;
  /** Bytes asked for, at most. */
  bytes?: number;
  /** Largest growth of array buffers in bytes. Sampled; buffers that are not collected yet count too. */
  memory?: number;
}

/** A read outside the image, or one too many. No checker may catch it: it is not a `SourceError`. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

/** Reads between two looks at the memory. */
const sampleEvery = 16;

/** The bytes as a source that throws a `LimitError` for a read outside them and for what exceeds the budget. */
export function boundedSource(image: Uint8Array, budget: Budget = {}): { source: ByteSource; tally: ReadTally } {
  const tally: ReadTally = { reads: 0, bytes: 0, memory: 0 };
  const start = process.memoryUsage().arrayBuffers;
  const source: ByteSource = {
    size: image.length,
    read(at, into) {
      const { length } = into;
      if (!Number.isSafeInteger(at) || at < 0 || at + length > image.length)
        throw new LimitError(`a read of ${length} bytes at ${at}, but the image has ${image.length}`);
      tally.reads++;
      tally.bytes += length;
      if (tally.reads % sampleEvery === 0)
        tally.memory = Math.max(tally.memory, process.memoryUsage().arrayBuffers - start);
      for (const key of ['reads', 'bytes', 'memory'] as const)
        if (tally[key] > (budget[key] ?? Number.POSITIVE_INFINITY))
          throw new LimitError(`${key}: ${tally[key]}, at most ${budget[key]} are allowed`);
      into.set(image.subarray(at, at + length));
      return length;
    },
  };
  return { source, tally };
}

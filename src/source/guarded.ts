/** The source that all readers of the library use: reads are complete, and a signal is heard while they go on. */
import { bytesWithin } from './range';
import { type ByteSource, SourceError } from './source';
import { Turns } from './turns';

/** Ends reads when the signal is aborted, whether their source answers or not. */
function abortable(signal: AbortSignal): (coming: Promise<number>) => Promise<number> {
  const waiting = new Set<(reason: unknown) => void>();
  const stop = (): void => {
    for (const reject of waiting) reject(signal.reason);
  };
  return (coming) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      // one listener for all reads: Node takes one for each for a leak
      if (waiting.size === 0) signal.addEventListener('abort', stop);
      waiting.add(reject);
      const over = (): void => {
        waiting.delete(reject);
        if (waiting.size === 0) signal.removeEventListener('abort', stop);
      };
      // also after the signal: a failure without a handler would end the process
      coming.then(resolve, reject).finally(over);
    });
}

/**
 * Reads from `source`, and throws a SourceError when it returns fewer bytes than its size promises: a file that was
 * truncated after it was opened, or a source that ends a read early. Never reads after the end. The owner of `source`
 * closes it.
 *
 * A read waits for a turn of the event loop where the last one was some time ago, because reads of files and of memory are
 * synchronous: a signal that a timer or the user fires would not be heard. Once `signal` is aborted, reads reject with its
 * reason, also those that the source never answers.
 */
export function guardedSource(source: ByteSource, signal?: AbortSignal, turns = new Turns(signal)): ByteSource {
  const { size } = source;
  const untilAborted = signal && abortable(signal);
  const judge = (at: number, wanted: number, got: number): number => {
    if (got === wanted) return got;
    const range = `bytes ${at + got} to ${at + wanted - 1}`;
    throw new SourceError(
      `cannot read ${range}: the source has fewer than its ${size} bytes now`,
      at + got,
      wanted - got,
    );
  };
  const later = async (at: number, wanted: number, coming: Promise<number>): Promise<number> =>
    judge(at, wanted, await (untilAborted === undefined ? coming : untilAborted(coming)));
  const readNow = (at: number, into: Uint8Array): number | Promise<number> => {
    const wanted = bytesWithin(size, at, into.length);
    if (wanted <= 0) return 0;
    const got = source.read(at, wanted < into.length ? into.subarray(0, wanted) : into);
    return typeof got === 'number' ? judge(at, wanted, got) : later(at, wanted, got);
  };
  return {
    size,
    read(at, into) {
      const due = turns.due();
      if (due === undefined) return readNow(at, into);
      return due.then(() => readNow(at, into));
    },
    ...(source.readAsync && {
      async readAsync(at: number, into: Uint8Array) {
        const wanted = bytesWithin(size, at, into.length);
        if (wanted <= 0) return 0;
        return later(at, wanted, source.readAsync!(at, into.subarray(0, wanted)));
      },
    }),
    get slow() {
      return source.slow === true;
    },
    ...(source.locate && { locate: (at: number) => source.locate!(at) }),
    get file() {
      return source.file;
    },
  };
}

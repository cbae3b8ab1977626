/** The source behind every reader of the library: reads are complete, and a signal is heard while they go on. */
import { bytesWithin } from './range';
import { type ByteSource, SourceError } from './source';
import { Turns } from './turns';

/** Reads under way that end when a signal is aborted, whether their source answers or not. */
class Abortable {
  private readonly waiting = new Set<(reason: unknown) => void>();

  private readonly stop: () => void;

  constructor(private readonly signal: AbortSignal) {
    this.stop = () => {
      for (const reject of this.waiting) reject(signal.reason);
    };
  }

  /** The result of `coming`, or the signal's reason if that is first. */
  race<T>(coming: Promise<T>): Promise<T> {
    const { signal, waiting, stop } = this;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      // one listener for all reads: a listener each is a leak to Node
      if (waiting.size === 0) signal.addEventListener('abort', stop);
      waiting.add(reject);
      const over = (): void => {
        waiting.delete(reject);
        if (waiting.size === 0) signal.removeEventListener('abort', stop);
      };
      coming.then(resolve, reject).finally(over);
    });
  }
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
  const abortable = signal && new Abortable(signal);
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
    judge(at, wanted, await (abortable === undefined ? coming : abortable.race(coming)));
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
    get file() {
      return source.file;
    },
  };
}

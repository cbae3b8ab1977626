/** A source that lets the rest of the program have its turn now and then. */
import type { ByteSource } from './source';

/** How long, in milliseconds, reading may go on before waiting signals are let through. */
const longestHold = 50;

/** One turn of the event loop, wherever this runs. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * The same source, but now and then a read waits for one `turn` of the event loop. Reads of files are synchronous, so
 * without this a check would never let a signal handler run. `now` gives milliseconds that never go back.
 */
export function yieldingSource(
  source: ByteSource,
  now: () => number,
  turn: () => Promise<void> = nextTurn,
): ByteSource {
  let last = now();
  const wrapped: ByteSource = {
    size: source.size,
    read(at, into) {
      if (now() - last < longestHold) return source.read(at, into);
      return turn().then(() => {
        last = now();
        return source.read(at, into);
      });
    },
    // reads aside let the process breathe by themselves
    ...(source.readAsync && { readAsync: (at: number, into: Uint8Array) => source.readAsync!(at, into) }),
    get slow() {
      return source.slow === true;
    },
    get file() {
      return source.file;
    },
  };
  if (source.close !== undefined) wrapped.close = () => source.close?.();
  return wrapped;
}

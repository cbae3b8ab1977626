/** A source that regularly gives the event loop a turn. */
import type { ByteSource } from './source';

/** Largest time, in milliseconds, between two turns of the event loop. */
const longestHold = 50;

/** Waits for one turn of the event loop in any JavaScript environment. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * The same source, except that a read regularly waits for one `turn` of the event loop: reads of files are synchronous,
 * so otherwise a signal handler would not run during a check. `now` returns milliseconds that never decrease.
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
    // asynchronous reads already return to the event loop
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

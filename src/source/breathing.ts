/** A source that lets the rest of the program have its turn now and then. */
import type { ByteSource } from './source';

/** How long, in milliseconds, reading may go on before waiting signals are let through. */
const longestHold = 50;

/**
 * The same source, but now and then a read waits for one turn of the event loop. Reads of files are synchronous, so
 * without this a check would never let a signal handler run. `now` gives milliseconds that never go back.
 */
export function breathing(source: ByteSource, now: () => number): ByteSource {
  let last = now();
  const wrapped: ByteSource = {
    size: source.size,
    read(at, into) {
      if (now() - last < longestHold) return source.read(at, into);
      return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
        last = now();
        return source.read(at, into);
      });
    },
  };
  if (source.close !== undefined) wrapped.close = () => source.close?.();
  return wrapped;
}

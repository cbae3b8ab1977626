/** The interface for unpacking raw deflate data: zlib on Node; a browser has no default. */

/** Raw deflate data that is being unpacked. */
export interface Inflation {
  /** The unpacked data. @throws InflateError if the data is damaged or truncated */
  readonly output: AsyncIterable<Uint8Array>;
  /** Bytes of input that were consumed; valid after `output` has ended. */
  consumed(): number;
}

/** Unpacks raw deflate data at the start of `input`, which may continue after it. */
export type Inflate = (input: AsyncIterable<Uint8Array>) => Inflation;

/** The error that an `Inflate` throws for damaged data. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/** The same, which ends with the reason of `signal` once it is aborted: a few bytes can unpack to many. */
export const untilAborted =
  (inflate: Inflate, signal: AbortSignal | undefined): Inflate =>
  (input) => {
    const inflation = inflate(input);
    async function* output(): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const piece of inflation.output) {
        signal?.throwIfAborted();
        yield piece;
      }
    }
    return { output: output(), consumed: inflation.consumed };
  };

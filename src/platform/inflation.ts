/** What unpacks raw deflate data: Node has zlib, a browser may be given something else. */

/** Raw deflate data being unpacked. */
export interface Inflation {
  /** @throws if the data is damaged or truncated */
  readonly output: AsyncIterable<Uint8Array>;
  /** Bytes of input that the data took; known once `output` has ended. */
  consumed(): number;
}

/** Unpacks raw deflate data from the start of `input`, which may have more bytes after them. Node's zlib can be used here. */
export type Inflate = (input: AsyncIterable<Uint8Array>) => Inflation;

/** Packed data does not unpack. What an `Inflate` throws for it; everything else is a bug or the source's. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/** What unpacks raw deflate data: Node has zlib, a browser may be given something else. */

/** Raw deflate data being unpacked. */
export interface Inflation {
  /** @throws when the data is damaged or cut off */
  readonly output: AsyncIterable<Uint8Array>;
  /** Bytes of input that the data took; known once `output` has ended. */
  consumed(): number;
}

/** Unpacks raw deflate data from the start of `input`, which may go on behind it. Node's zlib can be given as this. */
export type Inflate = (input: AsyncIterable<Uint8Array>) => Inflation;

/** Packed data does not unpack. What an `Inflate` throws for it; everything else is a bug or the source's. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

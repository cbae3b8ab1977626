/** A source whose reads must return every byte that its size promises. */
import { bytesWithin } from './range';
import { type ByteSource, SourceError } from './source';

/**
 * Reads from `source`, and throws a SourceError when it returns fewer bytes than its size promises: a file that was
 * truncated after it was opened, or a source that ends a read early. Never reads after the end. The owner of `source`
 * closes it.
 */
export function requireFullReads(source: ByteSource): ByteSource {
  const { size } = source;
  const judge = (at: number, wanted: number, got: number): number => {
    if (got === wanted) return got;
    const range = `bytes ${at + got} to ${at + wanted - 1}`;
    throw new SourceError(
      `cannot read ${range}: the source has fewer than its ${size} bytes now`,
      at + got,
      wanted - got,
    );
  };
  return {
    size,
    read(at, into) {
      const wanted = bytesWithin(size, at, into.length);
      if (wanted <= 0) return 0;
      const got = source.read(at, wanted < into.length ? into.subarray(0, wanted) : into);
      return typeof got === 'number' ? judge(at, wanted, got) : got.then((came) => judge(at, wanted, came));
    },
    ...(source.readAsync && {
      async readAsync(at: number, into: Uint8Array) {
        const wanted = bytesWithin(size, at, into.length);
        if (wanted <= 0) return 0;
        return judge(at, wanted, await source.readAsync!(at, into.subarray(0, wanted)));
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

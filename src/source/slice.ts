/** A part of a larger source: a partition in a disk image, a file system at an offset. */
import { bytesWithin, requireSize } from './range';
import { type ByteSource, SourceError } from './source';

/**
 * The `length` bytes of `source` from `offset` (by default all up to its end) as a separate source. The `at` of its
 * `SourceError`s counts from `offset`. `close()` closes `source`.
 * @throws RangeError when a number is not a safe non-negative integer, when `offset` is not inside `source` (0 is
 * allowed in an empty one), or when the range exceeds `source`: it is never clipped.
 */
export function sliceSource(source: ByteSource, offset: number, length?: number): ByteSource {
  requireSize('offset', offset);
  if (offset > 0 && offset >= source.size) {
    throw new RangeError(`offset ${offset} is outside the source of ${source.size} bytes`);
  }
  const size = length ?? source.size - offset;
  requireSize('length', size);
  if (size > source.size - offset) {
    throw new RangeError(`${size} bytes from offset ${offset} exceed the source of ${source.size} bytes`);
  }

  const fail = (error: unknown): never => {
    if (!(error instanceof SourceError)) throw error;
    throw new SourceError(error.message, error.at - offset, error.length, { cause: error });
  };
  return {
    size,
    read(at, into) {
      const within = bytesWithin(size, at, into.length);
      if (within === 0) return 0;
      try {
        const read = source.read(offset + at, within === into.length ? into : into.subarray(0, within));
        return typeof read === 'number' ? read : read.catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
    ...(source.readAsync && {
      async readAsync(at: number, into: Uint8Array) {
        const within = bytesWithin(size, at, into.length);
        if (within === 0) return 0;
        const read = source.readAsync!(offset + at, within === into.length ? into : into.subarray(0, within));
        return read.catch(fail);
      },
    }),
    get slow() {
      return source.slow === true;
    },
    locate: (at) => (source.locate === undefined ? offset + at : source.locate(offset + at)),
    get file() {
      return source.file && { fd: source.file.fd, offset: source.file.offset + offset };
    },
    close: () => source.close?.(),
  };
}

/** A source that is made of ranges of other sources, zeros and unpacked blocks: the bytes of a virtual disk. */
import { bytesWithin } from '../source/range';
import { type ByteSource, type Located, SourceError } from '../source/source';

/** What the bytes from some place are, for `length` bytes; at least one. */
export type Run =
  | { readonly kind: 'zero'; readonly length: number }
  | { readonly kind: 'data'; readonly length: number; readonly source: ByteSource; readonly at: number }
  | { readonly kind: 'bytes'; readonly length: number; readonly bytes: Uint8Array };

/**
 * What starts at byte `at`, which is inside the source. A promise only where tables have to be read asynchronously: the
 * reads of a file stay synchronous.
 * @throws SourceError if a table is damaged there; its `at` may be of any source
 */
export type FindRun = (at: number) => Run | Promise<Run>;

type Read = (source: ByteSource, at: number, into: Uint8Array) => number | Promise<number>;

/** One call of `read`: joins neighbouring ranges and copies them. */
class Reading {
  private done = 0;
  /** A range that is not read yet: from here in `source`, to `done` in `into`. */
  private waiting: { source: ByteSource; from: number; at: number; length: number } | null = null;

  constructor(
    private readonly at: number,
    private readonly into: Uint8Array,
    private readonly find: FindRun,
    private readonly readFrom: Read,
  ) {}

  private flush(): undefined | Promise<void> {
    const waiting = this.waiting;
    if (waiting === null) return undefined;
    this.waiting = null;
    const { source, from, at, length } = waiting;
    const end = at + length;
    if (end > source.size)
      throw new SourceError(`bytes ${at} to ${end - 1} are past the end of the ${source.size} bytes`, at, length);
    const require = (got: number): void => {
      if (got < length) throw new SourceError(`cannot read bytes ${at + got} to ${end - 1}`, at + got, length - got);
    };
    const { into } = this;
    const got = this.readFrom(source, at, length === into.length ? into : into.subarray(from, from + length));
    return typeof got === 'number' ? void require(got) : got.then(require);
  }

  private add(run: Run): undefined | Promise<void> {
    const { done } = this;
    const waiting = this.waiting;
    const length = Math.min(run.length, this.into.length - done);
    if (!(length > 0)) throw new RangeError(`a run of ${run.length} bytes at byte ${this.at + done}`);
    this.done += length;
    if (run.kind !== 'data') {
      if (run.kind === 'zero') this.into.fill(0, done, done + length);
      else this.into.set(run.bytes.subarray(0, length), done);
      return this.flush();
    }
    if (
      waiting?.source === run.source &&
      waiting.at + waiting.length === run.at &&
      waiting.from + waiting.length === done
    ) {
      waiting.length += length;
      return undefined;
    }
    const flushed = this.flush();
    this.waiting = { source: run.source, from: done, at: run.at, length };
    return flushed;
  }

  /** Goes on until all is read or something has to be waited for. */
  run(): number | Promise<number> {
    while (this.done < this.into.length) {
      const found = this.find(this.at + this.done);
      const coming = found instanceof Promise ? found.then((run) => this.add(run)) : this.add(found);
      if (coming !== undefined) return coming.then(() => this.run());
    }
    const last = this.flush();
    return last === undefined ? this.done : last.then(() => this.done);
  }
}

/**
 * The `size` bytes that `find` describes. `base` is the source of the layer, whose state the result shares. What `find` and
 * its ranges throw as SourceError is thrown with the place in this source.
 */
export function runSource(base: ByteSource, size: number, find: FindRun): ByteSource {
  const fail = (error: unknown, at: number, length: number): never => {
    if (!(error instanceof SourceError)) throw error;
    throw new SourceError(error.message, at, length, { cause: error });
  };
  const readBy = (how: Read, at: number, into: Uint8Array): number | Promise<number> => {
    const length = bytesWithin(size, at, into.length);
    if (length === 0) return 0;
    try {
      const read = new Reading(at, length === into.length ? into : into.subarray(0, length), find, how).run();
      return typeof read === 'number' ? read : read.catch((error) => fail(error, at, length));
    } catch (error) {
      return fail(error, at, length);
    }
  };
  const located = (run: Run): Located | Promise<Located> => {
    if (run.kind === 'zero') return null;
    if (run.kind !== 'data' || run.source !== base) return undefined;
    // a table can point past the end
    if (run.at >= base.size) return undefined;
    return base.locate === undefined ? run.at : base.locate(run.at);
  };
  /** A damaged table has no place for the byte; a read reports it. */
  const nowhere = (error: unknown): undefined => {
    if (!(error instanceof SourceError)) throw error;
  };
  return {
    size,
    read: (at, into) => readBy((source, from, part) => source.read(from, part), at, into),
    ...(base.readAsync && {
      readAsync: async (at: number, into: Uint8Array) =>
        readBy((source, from, part) => source.readAsync?.(from, part) ?? source.read(from, part), at, into),
    }),
    get slow() {
      return base.slow === true;
    },
    locate(at) {
      if (bytesWithin(size, at, 1) === 0) return undefined;
      try {
        const run = find(at);
        return run instanceof Promise ? run.then(located).catch(nowhere) : located(run);
      } catch (error) {
        return nowhere(error);
      }
    },
  };
}

/** Where the bytes of an image come from: the one interface that every reader in this project builds on. */
import { ExtcheckError } from '../error';

/**
 * A random-access, read-only run of bytes.
 *
 * Offsets and sizes are in bytes and exact up to 2^53. A source never changes what it reads from.
 */
export interface ByteSource {
  /** Total length in bytes. Reading at or past it yields 0 bytes. */
  readonly size: number;
  /**
   * Fills `into` with the bytes from offset `at` on and says how many were read. Fewer than `into.length` are read
   * only at the end of the source; the rest of `into` is then left as it was.
   * May answer at once or with a promise; callers `await` it either way.
   * @throws SourceError when the bytes exist but cannot be read.
   */
  read(at: number, into: Uint8Array): number | Promise<number>;
  /**
   * The same as `read` for a source whose `read` answers at once, without holding up the caller, so that many can be under
   * way at a time. Left out where that gains nothing.
   */
  readAsync?(at: number, into: Uint8Array): Promise<number>;
  /** Whether the latest answers of `read` had to be waited for: then many reads aside are faster. */
  readonly slow?: boolean;
  /** Where other threads of the process can read the same bytes, if anywhere; for as long as the source is open. */
  readonly file?: SharedFile | undefined;
  /** Releases whatever the source holds open; harmless when called twice. */
  close?(): void | Promise<void>;
}

/** An open file that holds a source as it is. */
export interface SharedFile {
  /** File descriptor. */
  readonly fd: number;
  /** Where the source starts in the file, in bytes. */
  readonly offset: number;
}

/** A source that answers at once, as a helper thread needs it: waiting would help nobody there. */
export type SyncSource = Pick<ByteSource, 'size'> & { read(at: number, into: Uint8Array): number };

/** Bytes that should be there could not be read. `at` and `length` name the range, in bytes. */
export class SourceError extends ExtcheckError {
  override readonly name = 'SourceError';
  /** Told by its name, so that a source and a check from two copies of this program understand each other. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'SourceError';
  }
  constructor(
    message: string,
    readonly at: number,
    readonly length: number,
    options?: { cause?: unknown },
  ) {
    super('unreadable-source', message, options);
  }
}

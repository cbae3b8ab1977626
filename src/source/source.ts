/** The source of an image's bytes: the interface below every reader in this project. */
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
   * Fills `into` with the bytes from offset `at` and returns how many were read. Fewer than `into.length` are read only
   * at the end of the source; the rest of `into` is left unchanged. The result is a number or a promise; callers
   * `await` it.
   * @throws SourceError when the bytes exist but cannot be read.
   */
  read(at: number, into: Uint8Array): number | Promise<number>;
  /**
   * Like `read`, but without blocking the caller, for a source whose `read` is synchronous. Many such reads can run at
   * the same time. Absent where that has no advantage.
   */
  readAsync?(at: number, into: Uint8Array): Promise<number>;
  /** Whether recent calls of `read` waited for the medium: many calls of `readAsync` are faster then. */
  readonly slow?: boolean;
  /**
   * The byte of the outermost file or device that holds byte `at`: null where it has no space, as in a hole, undefined where it
   * is stored in another form or in another file. The method is absent if it is the same byte.
   */
  locate?(at: number): Located | Promise<Located>;
  /** Where other threads of the process can read the same bytes, if possible; valid while the source is open. */
  readonly file?: SharedFile | undefined;
  /** Releases whatever the source holds open; has no effect when called twice. */
  close?(): void | Promise<void>;
}

/** See `locate`. */
export type Located = number | null | undefined;

/** An open file with the bytes of a source. */
export interface SharedFile {
  /** File descriptor. */
  readonly fd: number;
  /** Byte of the file at which the source starts. */
  readonly offset: number;
}

/** A source whose reads are synchronous, for a helper thread, which has nothing else to do. */
export type SyncSource = Pick<ByteSource, 'size'> & { read(at: number, into: Uint8Array): number };

/** Existing bytes could not be read. `at` and `length` are the range, in bytes. */
export class SourceError extends ExtcheckError {
  override readonly name = 'SourceError';
  /** Compares the name, so that it works across two copies of this package. */
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

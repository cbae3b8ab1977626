/** The error class of the view: a request that an image cannot answer. */
import { ExtcheckError } from '../error';
import type { StartFacts } from '../problem/start';

/**
 * The reason. The codes are stable:
 * - `no-file-system`: no usable superblock; `unsupported`: a format newer than this reader;
 * - `bad-path`: not an absolute path;
 * - `not-found`, `not-a-directory`, `not-a-file`, `not-a-symlink`: as in POSIX;
 * - `too-many-links`: more than 40 symlinks in one path;
 * - `deleted`: an entry exists, but its inode is unused;
 * - `damaged`: the bytes exist but are invalid; `unreadable`: they are after the end of the image or cannot be read;
 * - `encrypted`: names or contents need a key;
 * - `too-large`: more bytes than the caller allows.
 */
export type ImageErrorCode =
  | 'no-file-system'
  | 'unsupported'
  | 'bad-path'
  | 'not-found'
  | 'not-a-directory'
  | 'not-a-file'
  | 'not-a-symlink'
  | 'too-many-links'
  | 'deleted'
  | 'damaged'
  | 'unreadable'
  | 'encrypted'
  | 'too-large';

/** What an error is about. */
export interface ErrorPlace {
  /** The path component at which the lookup stopped: absolute inside the image, without symlinks, printable. */
  path?: string | undefined;
  inode?: number | undefined;
  /** First byte of the file that is not available. */
  at?: number | undefined;
  /** Number of bytes from `at`. */
  length?: number | undefined;
  /** What is at the start of the image instead of a file system. */
  start?: StartFacts | undefined;
}

/** An image cannot answer a request: `code` is the reason, the other fields are the place. */
export class ImageError extends ExtcheckError {
  override readonly name = 'ImageError';
  readonly path: string | undefined;
  readonly inode: number | undefined;
  readonly at: number | undefined;
  readonly length: number | undefined;
  /** With `no-file-system`: what is at the start of the image instead, if that was recognized. */
  readonly start: StartFacts | undefined;

  constructor(
    override readonly code: ImageErrorCode,
    what: string,
    place: ErrorPlace = {},
  ) {
    const subject = place.path ?? (place.inode === undefined ? '' : `inode ${place.inode}`);
    super(code, subject === '' ? what : `${subject}: ${what}`);
    this.path = place.path;
    this.inode = place.inode;
    this.at = place.at;
    this.length = place.length;
    this.start = place.start;
  }
}

/** The result of `work`, or what `otherwise` makes of the ImageError that it throws; other errors are thrown. */
export async function catchImageError<T, U>(
  work: () => T | Promise<T>,
  otherwise: (error: ImageError) => U,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return otherwise(error);
    throw error;
  }
}

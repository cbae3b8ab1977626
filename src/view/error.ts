/** The one error of the view: a request that an image cannot answer. */
import { ExtcheckError } from '../error';

/**
 * Why. The codes are stable:
 * - `no-file-system`: no superblock can be used; `unsupported`: it is of a format newer than this reader;
 * - `bad-path`: not an absolute path;
 * - `not-found`, `not-a-directory`, `not-a-file`, `not-a-symlink`: as in POSIX;
 * - `too-many-links`: more than 40 symlinks in one path;
 * - `deleted`: an entry is left, but the inode it names is unused;
 * - `damaged`: the bytes are there and make no sense; `unreadable`: they lie past the end of the image or cannot be read;
 * - `encrypted`: names or contents would need a key;
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
  /** The component that could not be passed: absolute inside the image, symlinks before it followed, printable. */
  path?: string | undefined;
  inode?: number | undefined;
  /** First byte of the file that cannot be had. */
  at?: number | undefined;
  /** How many bytes from `at` on. */
  length?: number | undefined;
}

/** An image cannot answer; `code` says why, the other fields where. */
export class ImageError extends ExtcheckError {
  override readonly name = 'ImageError';
  readonly path: string | undefined;
  readonly inode: number | undefined;
  readonly at: number | undefined;
  readonly length: number | undefined;

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
  }
}

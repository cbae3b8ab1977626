/** Why GRUB could not open or read a file, with the line that it prints. */

/**
 * - `not-found`: a name does not exist; `dangling`: the target of a symlink does not exist;
 * - `not-a-file`, `not-a-directory`: the path names something else;
 * - `too-many-links`, `limit`: the kernel supports this, GRUB's driver does not;
 * - `damaged`: blocks are lost or invalid.
 */
export type GrubFault =
  | 'not-found'
  | 'dangling'
  | 'not-a-file'
  | 'not-a-directory'
  | 'too-many-links'
  | 'limit'
  | 'damaged';

export class GrubError extends Error {
  override readonly name = 'GrubError';

  constructor(
    readonly fault: GrubFault,
    /** What is wrong, as a clause. */
    why: string,
    /** What GRUB prints after `error: `. */
    readonly console: string,
    /** Path in the image of the symlink, directory or file that is wrong. */
    readonly path: string,
  ) {
    super(why);
  }
}

/** The result of `work`, or the GrubError that it ends with; other errors are thrown. */
export async function grubResult<T>(work: Promise<T>): Promise<T | GrubError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GrubError) return error;
    throw error;
  }
}

/** Why GRUB could not do what it was told, with the line that it prints. */

/**
 * - `not-found`: a name is not there; `dangling`: a symlink leads to a name that is not there;
 * - `not-a-file`, `not-a-directory`: something else is;
 * - `too-many-links`, `limit`: the kernel could, GRUB's driver cannot;
 * - `damaged`: blocks are lost or make no sense.
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
    /** A clause that says what is wrong. */
    why: string,
    /** What GRUB prints, without `error: ` in front. */
    readonly console: string,
    /** Where in the image: the symlink, directory or file in question. */
    readonly path: string,
  ) {
    super(why);
  }
}

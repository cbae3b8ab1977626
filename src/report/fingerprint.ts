/** The name of a finding that stays the same from one image to the next. */
import type { Finding } from '../problem/finding';

/**
 * A finding by its problem and what it is about: `manifest-mode-differs:/etc/shadow`, `free-blocks-wrong:group=3`. The path
 * counts where there is one, else inode, directory and group. Block numbers and byte offsets never do: they differ in every
 * image that is made anew. Several findings may have the same one.
 */
export function fingerprintOf({ id, path, inode, directory, group }: Finding): string {
  if (path !== undefined) return `${id}:${path}`;
  const facts = Object.entries({ inode, directory, group }).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
  return `${id}:${facts.join(',')}`;
}

/** A name for a finding that is the same in every image. */
import type { Finding } from '../problem/finding';

/**
 * The id of the problem and its subject: `manifest-mode-differs:/etc/shadow`, `free-blocks-wrong:group=3`. The subject is the
 * path if there is one, otherwise inode, directory and group. It never includes block numbers and byte offsets, which
 * change whenever an image is rebuilt. Several findings may have the same fingerprint.
 */
export function fingerprintOf({ id, path, inode, directory, group }: Finding): string {
  if (path !== undefined) return `${id}:${path}`;
  const facts = Object.entries({ inode, directory, group }).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
  return `${id}:${facts.join(',')}`;
}

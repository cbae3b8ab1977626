/** Reads an image through its backup superblocks if the primary one is unusable. */
import type { CheckReport } from '../problem/report';
import type { ByteSource } from '../source/source';

/** Where the primary superblock starts and ends, in bytes. */
const [start, end] = [1024, 2048];

/** `source` with zeros in place of the primary superblock, so that readers search for a backup. */
export function withoutPrimarySuperblock(source: ByteSource): ByteSource {
  return {
    size: source.size,
    async read(at, into) {
      const read = await source.read(at, into);
      const [from, to] = [Math.max(start, at), Math.min(end, at + read)];
      if (from < to) into.fill(0, from - at, to - at);
      return read;
    },
    close: () => source.close?.(),
  };
}

/**
 * Whether a backup may be used instead of the primary superblock. Unknown features may be newer than the backups, which are
 * not always updated: a repair that ignores such features could destroy data.
 */
export const mayUseBackup = ({ filesystem, findings }: CheckReport): boolean =>
  filesystem === null && !findings.some(({ id }) => id === 'superblock-feature-unsupported');

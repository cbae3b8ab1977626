/** The image as its backup superblocks describe it, where no program takes the first one. */
import type { CheckReport } from '../problem/report';
import type { ByteSource } from '../source/source';

/** Where the first superblock starts and ends, in bytes. */
const [start, end] = [1024, 2048];

/** `source` with zeros where the first superblock lies, so that a backup is looked for. */
export function withoutFirstSuperblock(source: ByteSource): ByteSource {
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
 * Whether a backup may be used in the first superblock's place. Features that nobody knows may be newer than the backups,
 * which are not always kept up to date with them: going by those could take real data for rubbish.
 */
export const mayUseBackup = ({ filesystem, findings }: CheckReport): boolean =>
  filesystem === null && !findings.some(({ id }) => id === 'superblock-feature-unsupported');

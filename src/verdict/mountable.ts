/** Which mounts of a file system work, by what was found in it. */
import { familyOf } from '../causes/families';
import { reservedInode } from '../layout/inode';
import type { Finding } from '../problem/finding';
import { type Affected, isRootLost, type Mountable, type MountResult } from '../problem/report';

const works: MountResult = { works: true };
const fails = (why: string): MountResult => ({ works: false, why });

/** The problem because of which a read-only mount fails and a writable one works. */
const readOnlyRefused = 'orphan-file-not-emptied';

/**
 * `needsRecovery` is whether a journal must be replayed first, with `fastCommits` fast commits in it. Findings of extensions
 * do not count: they are about files.
 */
export function mountable(
  findings: readonly Finding[],
  affected: readonly Affected[],
  needsRecovery: boolean,
  fastCommits: number,
): Mountable {
  const fatal = findings.find(({ id, severity }) => severity === 'fatal' && familyOf(id) === 'structure');
  // the kernel compares the blocks of the journal with its own structures
  const journal = findings.find(({ id, inode }) => id === 'file-shares-metadata' && inode === reservedInode.JOURNAL);
  const refused = fatal ?? journal;
  if (refused !== undefined || isRootLost(affected)) {
    const result = fails(refused?.id ?? 'the root directory cannot be read');
    return { readWrite: result, readOnly: result, readOnlyDevice: result };
  }
  const unknown = findings.find(({ id, data }) => id === 'superblock-feature-unknown' && data?.['readWrite'] === false);
  const readOnly = findings.some(({ id }) => id === readOnlyRefused)
    ? fails(readOnlyRefused)
    : fastCommits > 0
      ? fails('fast commits must be replayed first')
      : works;
  return {
    readWrite: unknown === undefined ? works : fails(unknown.id),
    readOnly,
    readOnlyDevice: needsRecovery ? fails('the journal must be replayed first') : readOnly,
  };
}

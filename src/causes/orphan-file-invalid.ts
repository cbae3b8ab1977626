/** The list of files to be deleted is invalid: the kernel refuses mounts because of it, and no file is lost. */
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { repairOf } from './steps';

/** What may be reported of the orphan file besides. */
const ids: ReadonlySet<string> = new Set([
  'orphan-file-refused',
  'orphan-file-not-emptied',
  'orphan-file-dirty',
  'orphan-file-corrupted',
  'orphan-file-hole',
  'orphan-file-size',
]);

const always = (e: Evidence): boolean => e.count('orphan-file-refused') > 0;

export const orphanFileInvalid: CauseEntry = {
  id: 'orphan-file-invalid',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e) =>
    e.count('orphan-file-refused', 'orphan-file-not-emptied') > 0 && e.onlyStructure(ids) && e.keepsAllPaths,
  nothingLost: () => true,
  headline: (e) =>
    `the kernel refuses ${always(e) ? 'it' : 'a read-only mount'} because of its list of deleted files; no file is lost`,
  text: (e) =>
    always(e)
      ? 'The orphan file, in which the kernel lists files to be deleted after a crash, is destroyed. Every path can be read, but the kernel does not mount the file system.'
      : 'The orphan file lists an inode that the kernel cannot delete. A writable mount works, but a read-only one, with which a boot begins, is refused as long as the list is not empty.',
  steps: (e) => repairOf(e),
};

/** The UUID was replaced without renewing the checksums, which begin with it. */
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';

/** What is reported if every checksum is wrong and nothing else. */
const ofChecksums: ReadonlySet<string> = new Set([
  'group-descriptor-checksum',
  'inode-bitmap-checksum-wrong',
  'block-bitmap-checksum-wrong',
  'inode-checksum-wrong',
  'inode-garbage',
  'directory-checksum-wrong',
  'htree-root-checksum-wrong',
  'htree-node-checksum-wrong',
  'extent-node-checksum-wrong',
  'xattr-block-checksum-wrong',
  'orphan-file-corrupted',
  'mmp-block-checksum',
  // inodes that the file system itself uses count as unusable with a wrong checksum
  'resize-inode-unreadable',
  'bad-blocks-inode-invalid',
  'journal-inode-unusable',
  'journal-inode-refused',
  'orphan-file-inode-refused',
  'root-inode-refused',
  'superblock-backup-differs',
]);

/** The UUID in a backup superblock, which was not replaced, as a sentence; may be empty. */
function formerUuid(e: Evidence): string {
  const { fields, stored } = e.data('superblock-backup-differs');
  if (!Array.isArray(fields) || !Array.isArray(stored)) return '';
  const uuid = stored[fields.indexOf('s_uuid')];
  if (typeof uuid !== 'string') return '';
  return ` A backup superblock still has the UUID ${uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}.`;
}

export const uuidChanged: CauseEntry = {
  id: 'uuid-changed',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'likely',
  holds(e) {
    const { filesystem } = e.report;
    if (filesystem === null || !filesystem.features.includes('metadata_csum')) return false;
    if (filesystem.features.includes('metadata_csum_seed')) return false;
    const everyDescriptor = e.count('group-descriptor-checksum') >= filesystem.groups;
    return everyDescriptor && e.count('inode-checksum-wrong') > 0 && e.onlyStructure(ofChecksums);
  },
  nothingLost: () => true,
  headline: () => 'its UUID was changed without renewing the checksums; no file is lost',
  text: (e) =>
    `Every checksum in the file system is wrong at once, while everything that they cover makes sense. Checksums start from the UUID: ${e.report.filesystem?.uuid ?? 'it'} was written into the superblock without renewing them. Nothing is lost, but the kernel does not mount the file system.${formerUuid(e)}`,
  steps: (e) => [
    e.commands.onCopy(
      'Renew the checksums on a copy: turn them off and on again.',
      `tune2fs -O ^metadata_csum ${e.commands.copy}`,
      `tune2fs -O metadata_csum ${e.commands.copy}`,
    ),
  ],
  refusesRepair: () =>
    'The UUID was changed without renewing the checksums. e2fsck takes every inode for damaged and deletes the files, although nothing is lost.',
};

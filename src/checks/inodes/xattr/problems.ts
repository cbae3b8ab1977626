/** The problems of extended attributes in inodes and in blocks, and of values in other inodes. */
import { define } from '../../../problem/define';
import type { texts } from '../texts';

export const problems = define<typeof texts>()({
  'inode-extra-size-wrong': { severity: 'error', e2fsck: [0x01004f] },
  'xattr-body-collision': { severity: 'error', e2fsck: [0x010069] },
  'xattr-value-size': { severity: 'error', e2fsck: [0x010053] },
  'xattr-hash-wrong': { severity: 'warning', e2fsck: [0x010054] },
  'xattr-block-unreadable': { severity: 'error', e2fsck: [0x010039] },
  'xattr-block-zero': { severity: 'error', e2fsck: [] },
  'xattr-block-magic': { severity: 'error', e2fsck: [0x01003a] },
  'xattr-block-count': { severity: 'error', e2fsck: [0x01003e] },
  'xattr-block-collision': { severity: 'error', e2fsck: [0x010040] },
  'xattr-block-bad-name': { severity: 'error', e2fsck: [0x010041] },
  'xattr-block-bad-value': { severity: 'error', e2fsck: [0x010042] },
  'xattr-block-checksum-wrong': { severity: 'error', e2fsck: [0x01006c] },
  'xattr-inode-without-feature': { severity: 'error', e2fsck: [0x010092], e2fsckSince: '1.47.1' },
  'xattr-value-inode-invalid': { severity: 'error', e2fsck: [0x010083, 0x010053], e2fsckSince: { 65619: '1.47.4' } },
  'xattr-value-inode-flag-missing': { severity: 'error', e2fsck: [0x010086, 0x010085] },
  'xattr-value-inode-hash-wrong': { severity: 'error', e2fsck: [0x010054, 0x010053], e2fsckSince: { 65619: '1.47.4' } },
  'xattr-value-inode-size-wrong': { severity: 'error', e2fsck: [0x010053], e2fsckSince: '1.47.4' },
  'xattr-refused': { severity: 'error', e2fsck: [] },
  'xattr-block-unsorted': { severity: 'warning', e2fsck: [] },
});

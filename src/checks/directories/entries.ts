/** The problems of a single directory entry. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'entry-inode-unused': { severity: 'error', e2fsck: [0x020003] },
  'entry-inode-invalid': { severity: 'error', e2fsck: [0x020002] },
  'entry-type-wrong': { severity: 'warning', e2fsck: [0x020028] },
  'entry-type-unset': { severity: 'info', e2fsck: [0x020027] },
  'entry-type-without-feature': { severity: 'info', e2fsck: [0x020029] },
  'entry-links-self': { severity: 'error', e2fsck: [0x020004] },
  'entry-links-root': { severity: 'error', e2fsck: [0x020007] },
  'entry-links-directory-again': { severity: 'error', e2fsck: [0x020006] },
  'entry-dot-again': { severity: 'error', e2fsck: [0x02001a] },
  'entry-dotdot-again': { severity: 'error', e2fsck: [0x02001b] },
  'entry-name-empty': { severity: 'error', e2fsck: [0x020030] },
  'entry-name-illegal': { severity: 'error', e2fsck: [0x020008] },
  'entry-inode-in-bad-block': { severity: 'error', e2fsck: [0x020005] },
  'entry-inode-group-uninit': { severity: 'warning', e2fsck: [0x020046] },
  'entry-inode-in-unused-tail': { severity: 'warning', e2fsck: [0x020047] },
  'directory-duplicate-names': { severity: 'error', e2fsck: [0x020043] },
});

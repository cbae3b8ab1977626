/** Problems of bitmaps and free counts. */
import { define } from '../../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'block-used-marked-free': { severity: 'warning', e2fsck: [0x050005, 0x050015] },
  'block-marked-unused': { severity: 'info', e2fsck: [0x050004, 0x050014] },
  'block-in-uninit-group': { severity: 'warning', e2fsck: [0x050018] },
  'inode-used-marked-free': { severity: 'warning', e2fsck: [0x050009, 0x050017] },
  'inode-marked-unused': { severity: 'info', e2fsck: [0x050008, 0x050016] },
  'group-free-blocks-wrong': { severity: 'info', e2fsck: [0x05000e] },
  'superblock-free-blocks-wrong': { severity: 'info', e2fsck: [0x05000f] },
  'group-free-inodes-wrong': { severity: 'info', e2fsck: [0x05000b] },
  'superblock-free-inodes-wrong': { severity: 'info', e2fsck: [0x05000d] },
  'group-directories-wrong': { severity: 'info', e2fsck: [0x05000c] },
  'inode-bitmap-padding': { severity: 'info', e2fsck: [0x050001] },
  'block-bitmap-padding': { severity: 'info', e2fsck: [0x050002] },
  'inode-bitmap-checksum-wrong': { severity: 'warning', e2fsck: [0x05001a] },
  'block-bitmap-checksum-wrong': { severity: 'warning', e2fsck: [0x05001b] },
  'block-bitmap-zero': { severity: 'warning', e2fsck: [] },
  'inode-bitmap-zero': { severity: 'warning', e2fsck: [] },
  'block-bitmap-unreadable': { severity: 'error', e2fsck: [] },
  'inode-bitmap-unreadable': { severity: 'error', e2fsck: [] },
});

/** The texts of the problems in mmp.ts. */

import { mmpMagic } from '../../layout/mmp';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'mmp-block-location': {
    title: 'Multiple-mount-protection block is outside the file system',
    explain:
      's_mmp_block gives the block in which hosts record that they use the file system. That block does not exist, so the superblock was damaged. The kernel refuses to mount read-write while the mmp feature is on; tune2fs can switch it off.',
    say: (d: { stored: number; least: number; most: number }) =>
      `s_mmp_block is ${d.stored}, should be between ${d.least} and ${d.most}`,
  },
  'mmp-block-magic': {
    title: 'Multiple-mount-protection block is destroyed',
    explain:
      'Hosts record in this block that they use the file system. It does not have its magic number, so it was overwritten or lost. The kernel refuses to mount read-write while the mmp feature is on; e2fsck writes a new block.',
    say: (d: { stored: number }) => `mmp_magic is 0x${d.stored.toString(16)}, should be 0x${mmpMagic.toString(16)}`,
  },
  'mmp-block-checksum': {
    title: 'Multiple-mount-protection block does not match its checksum',
    explain:
      'Hosts record in this block that they use the file system. Part of it was overwritten. The kernel refuses to mount read-write while the mmp feature is on; e2fsck writes a new block.',
    say: (d: { stored: number; expected: number }) => `mmp_checksum is ${d.stored}, should be ${d.expected}`,
  },
  'mmp-in-use': {
    title: 'File system is marked as in use',
    explain:
      'Multiple mount protection records that a host mounted or started to repair the file system, and no end is recorded. Either the host still uses it, and then the image changes while it is read and the findings are not reliable. Or the host went down without unmounting. Unmount the file system there and copy the image again.',
    say: (d: { state: string; sequence: number; host: string; time: string }) =>
      `${d.state} (mmp_seq 0x${d.sequence.toString(16)}), last used by host '${d.host}' at ${d.time}`,
  },
} satisfies ProblemTexts;

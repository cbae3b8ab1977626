/** The texts of the problems in mmp.ts. */

import { mmpMagic } from '../../layout/mmp';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'mmp-block-location': {
    title: 'Block of multiple mount protection lies outside the file system',
    explain:
      's_mmp_block says where hosts write down that they use the file system. There is no such block, so the superblock was damaged. The kernel refuses to mount read-write while the feature mmp is on; tune2fs can switch it off.',
    say: (d: { stored: number; least: number; most: number }) =>
      `s_mmp_block is ${d.stored}, should be from ${d.least} to ${d.most}`,
  },
  'mmp-block-magic': {
    title: 'Block of multiple mount protection is destroyed',
    explain:
      'The block by which hosts tell each other that they use the file system does not carry its magic number: it was overwritten or lost. The kernel refuses to mount read-write while the feature mmp is on; e2fsck writes the block anew.',
    say: (d: { stored: number }) => `mmp_magic is 0x${d.stored.toString(16)}, should be 0x${mmpMagic.toString(16)}`,
  },
  'mmp-block-checksum': {
    title: 'Block of multiple mount protection does not match its checksum',
    explain:
      'The block by which hosts tell each other that they use the file system was overwritten in part. The kernel refuses to mount read-write while the feature mmp is on; e2fsck writes the block anew.',
    say: (d: { stored: number; expected: number }) => `mmp_checksum is ${d.stored}, should be ${d.expected}`,
  },
  'mmp-in-use': {
    title: 'File system is marked as in use',
    explain:
      'By multiple mount protection a host said that it mounts or repairs the file system, and has not said that it is done. Either it is at work now, then the image changes while it is read and findings mean little, or it went down without unmounting. Unmount it there and copy the image again.',
    say: (d: { state: string; sequence: number; host: string; time: string }) =>
      `${d.state} (mmp_seq 0x${d.sequence.toString(16)}), last on host '${d.host}' at ${d.time}`,
  },
} satisfies ProblemTexts;

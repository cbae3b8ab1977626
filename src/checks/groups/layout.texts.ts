/** The texts of the problems in layout.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'group-block-bitmap-conflict': {
    title: 'Block bitmap lies on other metadata',
    explain:
      'The descriptor puts the block bitmap of this group on a block that holds another structure of the file system. The descriptor was overwritten, or one of the two structures is lost.',
    say: (d: BlockData) => `the block bitmap is said to be block ${d.block}, which holds other metadata`,
  },
  'group-location-missing': {
    title: 'Descriptor does not say where a structure lies',
    explain:
      'The group descriptor has 0 where the block of a bitmap or of the inode table should be. The kernel refuses to mount the file system. The descriptor was never written or was overwritten; a backup may have the right one.',
    say: (d: { what: string }) => `the location of the ${d.what} is 0`,
  },
  'group-inode-bitmap-conflict': {
    title: 'Inode bitmap lies on other metadata',
    explain:
      'The descriptor puts the inode bitmap of this group on a block that holds another structure of the file system. The descriptor was overwritten, or one of the two structures is lost.',
    say: (d: BlockData) => `the inode bitmap is said to be block ${d.block}, which holds other metadata`,
  },
  'group-inode-table-conflict': {
    title: 'Inode table lies on other metadata',
    explain:
      'The descriptor puts part of the inode table of this group on blocks that hold another structure of the file system. Files whose inodes lie there are lost.',
    say: (d: BlockData) => `block ${d.block} of the inode table holds other metadata`,
  },
} satisfies ProblemTexts;

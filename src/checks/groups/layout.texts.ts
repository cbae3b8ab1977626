/** The texts of the problems in layout.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface BlockData {
  block: number;
}

export const texts = {
  'group-block-bitmap-conflict': {
    title: 'Block bitmap overlaps other metadata',
    explain:
      'The descriptor places the block bitmap of this group on a block that holds another structure of the file system. The descriptor was overwritten, or one of the two structures is lost.',
    say: (d: BlockData) => `the descriptor places the block bitmap at block ${d.block}, which holds other metadata`,
  },
  'group-location-missing': {
    title: 'Descriptor has no location for a structure',
    explain:
      'The group descriptor has 0 where the block of a bitmap or of the inode table should be. The kernel refuses to mount the file system. The descriptor was never written or was overwritten; a backup may have the right one.',
    say: (d: { what: string }) => `the location of the ${d.what} is 0`,
  },
  'group-inode-bitmap-conflict': {
    title: 'Inode bitmap overlaps other metadata',
    explain:
      'The descriptor places the inode bitmap of this group on a block that holds another structure of the file system. The descriptor was overwritten, or one of the two structures is lost.',
    say: (d: BlockData) => `the descriptor places the inode bitmap at block ${d.block}, which holds other metadata`,
  },
  'group-inode-table-conflict': {
    title: 'Inode table overlaps other metadata',
    explain:
      'The descriptor places part of the inode table of this group on blocks that hold another structure of the file system. Files whose inodes are there are lost.',
    say: (d: BlockData) => `block ${d.block} of the inode table holds other metadata`,
  },
} satisfies ProblemTexts;

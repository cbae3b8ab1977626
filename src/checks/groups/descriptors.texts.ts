/** The texts of the problems in descriptors.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  stored: number;
  least: number;
  most: number;
}

const sayPlace = (what: string) => (d: Place) =>
  `the ${what} is at block ${d.stored}, should be between ${d.least} and ${d.most}`;

export const texts = {
  'group-block-bitmap-location': {
    title: 'Block bitmap is outside its group',
    explain:
      'The descriptor holds the location of the bitmap of used blocks, and this block cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('block bitmap'),
  },
  'group-inode-bitmap-location': {
    title: 'Inode bitmap is outside its group',
    explain:
      'The descriptor holds the location of the bitmap of used inodes, and this block cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode bitmap'),
  },
  'group-inode-table-location': {
    title: 'Inode table is outside its group',
    explain:
      'The descriptor holds the location of the inodes of the group, and the table does not fit there. The descriptor was overwritten, or its block of descriptors was lost. Files with inodes in this group cannot be read, and the kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode table'),
  },
  'group-descriptor-zero': {
    title: 'Group descriptor contains only zeros',
    explain:
      'A descriptor holds the locations of the bitmaps and of the inode table of its group, so it is never zero. Its block was never written, or was overwritten with zeros, which is typical of lost writes. Files with inodes in this group cannot be read.',
    say: (_: object) => 'the descriptor contains only zeros',
  },
  'group-descriptor-checksum': {
    title: 'Group descriptor does not match its checksum',
    explain:
      'A program that does not know about checksums changed the descriptor, or part of it was damaged. The kernel mounts the file system read-only at most. If the locations in the descriptor are right, all files can be read.',
    say: (_: object) => 'bg_checksum does not match the descriptor',
  },
  'group-uninit-without-checksums': {
    title: 'Group has unused parts without the required feature',
    explain:
      'A descriptor may mark a bitmap or a part of the inode table as never used only with group checksums (uninit_bg or metadata_csum). The feature was not switched off completely, or the descriptor was overwritten. Files in the parts that are marked as unused may be skipped.',
    say: (d: { flags: number; itableUnused: number }) =>
      `bg_flags is ${d.flags} and bg_itable_unused ${d.itableUnused}, but neither may mark anything as unused`,
  },
  'group-last-uninit': {
    title: 'Last group has a block bitmap marked as unused',
    explain:
      'The last group may be shorter than the others, so its block bitmap must always be written. A faulty tool set the mark that it is not written, or the descriptor is damaged. Files can be read.',
    say: (_: object) => 'BLOCK_UNINIT is set for the last group',
  },
  'group-itable-unused-too-large': {
    title: 'Too much of an inode table is marked as unused',
    explain:
      'bg_itable_unused is the number of inodes at the end of the table that were never used. It cannot be larger than the number of free inodes. The descriptor was overwritten or is old. Checks skip files with inodes in that part, and the kernel may overwrite them.',
    say: (d: { stored: number; most: number }) => `bg_itable_unused is ${d.stored}, should be at most ${d.most}`,
  },
} satisfies ProblemTexts;

/** The texts of the problems in descriptors.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface Place {
  stored: number;
  least: number;
  most: number;
}

const sayPlace = (what: string) => (d: Place) =>
  `the ${what} is at block ${d.stored}, should be from ${d.least} to ${d.most}`;

export const texts = {
  'group-block-bitmap-location': {
    title: 'Block bitmap lies outside its group',
    explain:
      'The descriptor says where the bitmap of used blocks lies, and names a block that cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('block bitmap'),
  },
  'group-inode-bitmap-location': {
    title: 'Inode bitmap lies outside its group',
    explain:
      'The descriptor says where the bitmap of used inodes lies, and names a block that cannot hold it. The descriptor was overwritten, or its block of descriptors was lost. The kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode bitmap'),
  },
  'group-inode-table-location': {
    title: 'Inode table lies outside its group',
    explain:
      'The descriptor says where the inodes of the group lie, and the table would not fit there. The descriptor was overwritten, or its block of descriptors was lost. All files with inodes in this group are out of reach, and the kernel refuses to mount; a backup of the descriptors may still be right.',
    say: sayPlace('inode table'),
  },
  'group-descriptor-zero': {
    title: 'Group descriptor is all zeros',
    explain:
      'A descriptor says where the bitmaps and the inode table of its group lie, so it is never zero. Its block was never written, or zeros were written over it: the typical trace of lost writes. All files with inodes in this group are out of reach.',
    say: (_: object) => 'the descriptor holds only zeros',
  },
  'group-descriptor-checksum': {
    title: 'Group descriptor does not match its checksum',
    explain:
      'The descriptor was changed by something that does not know about checksums, or damaged in part. The kernel mounts the file system read-only at most. If the places the descriptor names are right, all files read right.',
    say: (_: object) => 'bg_checksum does not match the descriptor',
  },
  'group-uninit-without-checksums': {
    title: 'Group claims unused parts without the feature for it',
    explain:
      'Only with group checksums (uninit_bg or metadata_csum) may a descriptor say that a bitmap or a part of the inode table was never used. The feature was switched off badly, or the descriptor was overwritten. Files in the parts that are said to be unused may be passed over.',
    say: (d: { flags: number; itableUnused: number }) =>
      `bg_flags is ${d.flags} and bg_itable_unused ${d.itableUnused}, both should say that nothing is unused`,
  },
  'group-last-uninit': {
    title: 'Last group claims an unused block bitmap',
    explain:
      'The last group may be shorter than the others, so its block bitmap must always be written. The mark that it is not comes from a faulty tool or a damaged descriptor. Files read right.',
    say: (_: object) => 'BLOCK_UNINIT is set for the last group',
  },
  'group-itable-unused-too-large': {
    title: 'Too much of an inode table is said to be unused',
    explain:
      'bg_itable_unused says how many inodes at the end of the table were never used, which cannot be more than are free. The descriptor was overwritten or is old. Files with inodes in that part are passed over by checks, and the kernel may overwrite them.',
    say: (d: { stored: number; most: number }) => `bg_itable_unused is ${d.stored}, should be at most ${d.most}`,
  },
} satisfies ProblemTexts;

/** The sentences for findings of block.ts. */
import type { Sentences } from '../../problem/define';

export interface Place {
  logical: number;
}

export const texts = {
  'directory-block-zero': (d: Place) => `block ${d.logical} of the directory contains only zeros: its write was lost`,
  'directory-hole': (d: Place) => `block ${d.logical} of the directory is not mapped`,
  'directory-block-unreadable': (d: Place) => `block ${d.logical} of the directory cannot be read`,
  'directory-entry-corrupt': (d: Place & { offset: number }) =>
    `the entry at byte ${d.offset} of block ${d.logical} of the directory is invalid`,
  'directory-checksum-missing': (d: Place) => `block ${d.logical} of the directory has no checksum`,
  'directory-checksum-wrong': (d: Place) =>
    `the checksum of block ${d.logical} of the directory does not match its content`,
  'directory-unregistered': () => 'a reserved inode has the mode and blocks of a directory',
  'directory-inline-size': (d: { stored: number }) => `the inline directory has ${d.stored} bytes`,
  'directory-too-many-blocks': (d: { dropped: number }) => `${d.dropped} claims of directory blocks were not followed`,
} satisfies Sentences;

/** The sentences for findings of block-map.ts. */
import type { Sentences } from '../../../problem/define';

export interface PointerData {
  logical: number;
}

const role = (d: PointerData): string =>
  d.logical === -1
    ? 'the indirect block'
    : d.logical === -2
      ? 'the double indirect block'
      : d.logical === -3
        ? 'the triple indirect block'
        : d.logical === -4
          ? 'the translator'
          : `logical block ${d.logical}`;

export const texts = {
  'block-out-of-range': (d: PointerData & { stored: number }) =>
    `${role(d)} is mapped to block ${d.stored}, which does not exist`,
  'inode-many-bad-blocks': (d: { count: number }) => `${d.count} block numbers of this inode are wrong so far`,
  'directory-too-big-block': (d: PointerData) => `${role(d)} is after the size limit of a directory`,
  'file-too-big-block': (d: PointerData) => `${role(d)} is after the size limit of a file`,
  'symlink-too-big-block': (d: PointerData) => `${role(d)} of a symlink is mapped`,
  'mapping-on-metadata': () => 'a block of its mapping is also metadata of the file system',
  'mapping-unreadable': (d: PointerData) => `${role(d)} cannot be read`,
  'indirect-block-zero': (d: PointerData) =>
    `${role(d)} contains only zeros: its write was lost, and the data that it mapped is read as zeros`,
} satisfies Sentences;

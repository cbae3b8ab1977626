/** An image with values of attributes in separate inodes. */
import { inode, oldInodeSize } from '../../src/layout/inode';
import { makeImage, type Recipe } from './e2fsprogs';
import type { TestImage } from './image';

const long = (letter: string) => letter.repeat(1500);
/** 'a' has its value in inode 13, named in its body; 'b' in inode 15, named in its attribute block. */
export const recipe = (more: readonly string[] = [], features = ''): Recipe => ({
  size: '1M',
  settle: true,
  options: `-t ext4 -b 1024 -I 256 -N 32 -O ea_inode,^has_journal${features}`,
  commands: [
    'write /dev/null a',
    `ea_set a user.big ${long('A')}`,
    'write /dev/null b',
    `ea_set b security.s ${'s'.repeat(64)}`,
    `ea_set b user.big ${long('B')}`,
    ...more,
  ],
});
export const values = () => makeImage(recipe());
export const inBody = { ino: 12, value: 13 };
export const inBlock = { ino: 14, value: 15 };

/** Where the entry for the large value of 'a' lies. */
export const bodyEntry = (image: TestImage) => image.inodeAt(inBody.ino) + oldInodeSize + 32 + 4;
/** The same for 'b', whose block holds nothing else. */
export const blockEntry = (image: TestImage) =>
  image.blockAt(inode.i_file_acl_lo(image.view, image.inodeAt(inBlock.ino))) + 32;
/** The flags of an inode without one of them. */
export const flagsWithout = (image: TestImage, ino: number, flag: number) =>
  (inode.i_flags(image.view, image.inodeAt(ino)) & ~flag) >>> 0;

/** Questions about what was found in a file. */
import type { Content } from '../problem/container';

/** Whether it is an ext2, ext3 or ext4 file system. */
export const isExtContent = ({ format }: Content): boolean => format?.startsWith('ext') === true;

/** Whether the root directory can be found, as evidence that descriptors and superblock belong to the bytes around them. */
import { fileType, inode } from '../layout/inode';
import type { Groups } from './groups';
import { readInode } from './inode-at';
import type { Volume } from './volume';

const rootInode = 2;

export async function hasRootDirectory({ volume, groups }: { volume: Volume; groups: Groups }): Promise<boolean> {
  const view = await readInode(volume, groups, rootInode);
  if (view === null) return false;
  const isDirectory = (inode.i_mode(view, 0) & fileType.MASK) === fileType.DIRECTORY;
  return isDirectory && inode.i_links_count(view, 0) >= 2 && inode.i_dtime(view, 0) === 0;
}

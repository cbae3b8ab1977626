/** Finds the hash tree of an image: on its own, after the file system, or by Android's footer. */
import type { ByteSource } from '../../source/source';
import { bytesAt } from '../../volume/start/bytes';
import { primaryIn } from '../../volume/start/ext';
import { damaged } from '../error';
import { readAvb } from './avb';
import { readSuperblock, superblockBytes, treeBytes, type VerityTree } from './format';

/** A tree, and where its hashes are. */
export interface FoundTree {
  tree: VerityTree;
  hashes: ByteSource;
}

/** Bytes at the start that hold a primary superblock of ext. */
const headBytes = 2048;
const alignment = 4096;

/** The size of the ext file system at the start of `source`; null if there is none. */
export async function fileSystemSize(source: ByteSource): Promise<number | null> {
  const geometry = primaryIn(await bytesAt(source, 0, headBytes), 1024);
  return geometry && geometry.blocksCount * geometry.blockSize;
}

function requireRoom({ tree, hashes }: FoundTree, isAppended: boolean): FoundTree {
  const { treeAt, dataBlocks, dataBlockSize } = tree;
  if (isAppended && dataBlocks * dataBlockSize > treeAt)
    throw damaged(`its ${dataBlocks} blocks of data reach into the hash tree at byte ${treeAt}`);
  if (treeAt + treeBytes(tree) > hashes.size)
    throw damaged(`the hash tree ends at byte ${treeAt + treeBytes(tree)}, but there are ${hashes.size} bytes`);
  return { tree, hashes };
}

/** The superblock of dm-verity that follows `size` bytes. @throws ContainerError */
export async function superblockAfter(
  source: ByteSource,
  size: number,
): Promise<{ at: number; tree: VerityTree } | null> {
  const at = Math.ceil(size / alignment) * alignment;
  const tree = readSuperblock(await bytesAt(source, at, superblockBytes), at);
  return tree && { at, tree };
}

/**
 * The hash tree of `data`: in `separate`, if that is given; by Android's footer; or after the file system. Null if there is
 * none.
 * @throws ContainerError
 */
export async function findTree(data: ByteSource, separate?: ByteSource): Promise<FoundTree | null> {
  if (separate !== undefined) {
    const tree = readSuperblock(await bytesAt(separate, 0, superblockBytes), 0);
    if (tree === null) throw damaged('the hash tree does not start with a superblock of dm-verity');
    return requireRoom({ tree, hashes: separate }, false);
  }
  const avb = await readAvb(data);
  if (avb?.tree) return requireRoom({ tree: avb.tree, hashes: data }, true);
  const size = await fileSystemSize(data);
  const found = size === null ? null : await superblockAfter(data, size);
  return found && requireRoom({ tree: found.tree, hashes: data }, true);
}

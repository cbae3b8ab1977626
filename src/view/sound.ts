/** Whether a kernel would accept an inode: stricter than the readers, for required files. */
import { extentHeader, extentMagic, extentTailOffset } from '../layout/extent';
import { iBlockSize, inode, inodeFlags, oldInodeSize } from '../layout/inode';
import { extentChecksumGood } from '../volume/extent-checksum';
import { inodeChecksumGood } from '../volume/inode-checksum';
import { fastSymlinkLimit, xattrBlockOf } from '../volume/inode-fields';
import type { Volume } from '../volume/volume';
import type { InodeRecord } from './stat';

/** Bytes of a pointer in a block map. */
const pointerSize = 4;

/** Whether the inode maps blocks: not inline data, and not the target of a symlink in the inode itself. */
export function hasMapping(record: InodeRecord): boolean {
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) return false;
  if (record.type === 'symlink') return record.size >= fastSymlinkLimit;
  return record.type === 'file' || record.type === 'directory';
}

function rootFault(volume: Volume, record: InodeRecord): string | null {
  const { view } = record;
  const at = inode.i_block.offset;
  if ((record.flags & inodeFlags.EXTENTS) !== 0)
    return extentHeader.eh_magic(view, at) === extentMagic ? null : 'the root of its extent tree is destroyed';
  for (let i = 0; i < iBlockSize; i += pointerSize) {
    const block = view.getUint32(at + i, true);
    if (block !== 0 && !volume.inRange(block)) return `it claims block ${block}, which does not exist`;
  }
  return null;
}

/** Why the kernel would refuse the inode; null when it would not. Not for deleted inodes. */
export function inodeFault(volume: Volume, record: InodeRecord): string | null {
  const { geometry } = volume;
  const { view } = record;
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, record.ino))
    return 'the checksum of its inode is wrong';
  if (record.type === 'unknown') return 'its inode is of no known type';
  if (geometry.inodeSize > oldInodeSize) {
    const extra = inode.i_extra_isize(view, 0);
    if (extra % 4 !== 0 || oldInodeSize + extra > geometry.inodeSize) return `its i_extra_isize is ${extra}`;
  }
  const attributes = xattrBlockOf(geometry, view, 0);
  if (attributes !== 0 && !volume.inRange(attributes))
    return `its attributes are in block ${attributes}, which does not exist`;
  return hasMapping(record) ? rootFault(volume, record) : null;
}

/** Whether the checksum of an extent node outside the inode is right; true for block maps, which have none. */
export async function mappingNodeGood(volume: Volume, record: InodeRecord, block: number): Promise<boolean> {
  if ((record.flags & inodeFlags.EXTENTS) === 0) return true;
  const node = await volume.block(block);
  if (node === null) return false;
  const tail = extentTailOffset(extentHeader.eh_max(node, 0));
  return extentChecksumGood(volume.geometry, record.ino, inode.i_generation(record.view, 0), node, tail);
}

/** The group descriptor table as columns: one typed array per field, indexed by group. */
import { crc16 } from '../bytes/crc16';
import { crc32c } from '../bytes/crc32c';
import { join32 } from '../bytes/field';
import { groupDesc, groupFlags } from '../layout/group';
import { descriptorBlock, type Geometry } from './geometry';
import type { Volume } from './volume';

/** Descriptors of 64 bytes have high halves; larger ones have only padding. */
const wideDescSize = 64;

export interface Groups {
  readonly count: number;
  readonly blockBitmap: Float64Array;
  readonly inodeBitmap: Float64Array;
  readonly inodeTable: Float64Array;
  readonly freeBlocks: Uint32Array;
  readonly freeInodes: Uint32Array;
  readonly usedDirs: Uint32Array;
  readonly flags: Uint16Array;
  readonly itableUnused: Uint32Array;
  readonly blockBitmapChecksum: Uint32Array;
  readonly inodeBitmapChecksum: Uint32Array;
  /** 1 where the stored descriptor checksum is right, or the format has none. */
  readonly checksumGood: Uint8Array;
  /** 1 where the whole descriptor on disk is zero. */
  readonly zero: Uint8Array;
  /** Groups whose descriptor could not be read. */
  readonly unreadable: number[];
}

const emptyGroups = (count: number): Groups => ({
  count,
  blockBitmap: new Float64Array(count),
  inodeBitmap: new Float64Array(count),
  inodeTable: new Float64Array(count),
  freeBlocks: new Uint32Array(count),
  freeInodes: new Uint32Array(count),
  usedDirs: new Uint32Array(count),
  flags: new Uint16Array(count),
  itableUnused: new Uint32Array(count),
  blockBitmapChecksum: new Uint32Array(count),
  inodeBitmapChecksum: new Uint32Array(count),
  checksumGood: new Uint8Array(count).fill(1),
  zero: new Uint8Array(count),
  unreadable: [],
});

const groupNumber = new Uint8Array(4);

/** The checksum that a descriptor must have — "Block Group Descriptors", `bg_checksum`. */
export function descriptorChecksum(geometry: Geometry, group: number, desc: Uint8Array): number {
  const stored = groupDesc.bg_checksum;
  new DataView(groupNumber.buffer).setUint32(0, group, true);
  if (geometry.features.metadata_csum) {
    let crc = crc32c(geometry.checksumSeed, groupNumber);
    crc = crc32c(crc, desc, 0, stored.offset);
    crc = crc32c(crc, new Uint8Array(stored.bytes));
    return crc32c(crc, desc, stored.offset + stored.bytes, geometry.descSize) & 0xffff;
  }
  let crc = crc16(0xffff, geometry.sb.s_uuid);
  crc = crc16(crc, groupNumber);
  crc = crc16(crc, desc, 0, stored.offset);
  return crc16(crc, desc, stored.offset + stored.bytes, geometry.descSize);
}

function take(groups: Groups, group: number, geometry: Geometry, view: DataView, at: number): void {
  const wide = geometry.features['64bit'] && geometry.descSize >= wideDescSize;
  const d = groupDesc;
  const high = (field: (view: DataView, at: number) => number) => (wide ? field(view, at) : 0);
  groups.blockBitmap[group] = join32(d.bg_block_bitmap_lo(view, at), high(d.bg_block_bitmap_hi));
  groups.inodeBitmap[group] = join32(d.bg_inode_bitmap_lo(view, at), high(d.bg_inode_bitmap_hi));
  groups.inodeTable[group] = join32(d.bg_inode_table_lo(view, at), high(d.bg_inode_table_hi));
  groups.freeBlocks[group] = d.bg_free_blocks_count_lo(view, at) + high(d.bg_free_blocks_count_hi) * 65536;
  groups.freeInodes[group] = d.bg_free_inodes_count_lo(view, at) + high(d.bg_free_inodes_count_hi) * 65536;
  groups.usedDirs[group] = d.bg_used_dirs_count_lo(view, at) + high(d.bg_used_dirs_count_hi) * 65536;
  groups.flags[group] = d.bg_flags(view, at);
  groups.itableUnused[group] = d.bg_itable_unused_lo(view, at) + high(d.bg_itable_unused_hi) * 65536;
  groups.blockBitmapChecksum[group] = d.bg_block_bitmap_csum_lo(view, at) + high(d.bg_block_bitmap_csum_hi) * 65536;
  groups.inodeBitmapChecksum[group] = d.bg_inode_bitmap_csum_lo(view, at) + high(d.bg_inode_bitmap_csum_hi) * 65536;
  const desc = new Uint8Array(view.buffer, view.byteOffset + at, geometry.descSize);
  groups.zero[group] = desc.every((byte) => byte === 0) ? 1 : 0;
  if (geometry.features.groupChecksums) {
    groups.checksumGood[group] = d.bg_checksum(view, at) === descriptorChecksum(geometry, group, desc) ? 1 : 0;
  }
}

/**
 * Reads the descriptors that belong to the superblock in block `superBlock`. Those of a backup superblock may be old:
 * their uninitialised flags, unused counts and checksums are ignored.
 */
export async function readGroups(volume: Volume, superBlock: number): Promise<Groups> {
  const { geometry } = volume;
  const groups = emptyGroups(geometry.groupCount);
  const backup = superBlock !== geometry.firstDataBlock;
  for (let index = 0; index < geometry.descBlocks; index++) {
    const bytes = await volume.read(
      descriptorBlock(geometry, superBlock, index) * geometry.blockSize,
      geometry.blockSize,
    );
    const first = index * geometry.descPerBlock;
    const end = Math.min(first + geometry.descPerBlock, geometry.groupCount);
    for (let group = first; group < end; group++) {
      const at = (group - first) * geometry.descSize;
      if (bytes === null || at + geometry.descSize > bytes.length) groups.unreadable.push(group);
      else take(groups, group, geometry, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at);
    }
  }
  if (backup && geometry.features.groupChecksums) {
    for (let group = 0; group < groups.count; group++)
      groups.flags[group]! &= ~(groupFlags.INODE_UNINIT | groupFlags.BLOCK_UNINIT);
    groups.itableUnused.fill(0);
    groups.checksumGood.fill(1);
  }
  return groups;
}

/** Whether a part of group `group` is validly uninitialised: the flag is set and the descriptor's checksum is right. */
export const isUninit = (geometry: Geometry, groups: Groups, group: number, flag: number): boolean =>
  geometry.features.groupChecksums && (groups.flags[group]! & flag) !== 0 && groups.checksumGood[group] === 1;

/**
 * Quota files of the format vfsv1: a header, then a radix tree of 1 KiB blocks with the id as key. All little-endian.
 */
import { u16, u32, u64 } from '../bytes/field';

/** `dqh_magic` of the user, group and project quota file, in this order. */
export const quotaMagics: readonly number[] = [0xd9c01f11, 0xd9c01927, 0xd9c03f14];

export const quotaHeader = {
  dqh_magic: u32(0x00),
  dqh_version: u32(0x04), // 0: narrow entries, 1: wide ones
  dqi_bgrace: u32(0x08), // seconds
  dqi_igrace: u32(0x0c),
  dqi_flags: u32(0x10),
  dqi_blocks: u32(0x14), // blocks of the tree, including this one
  dqi_free_blk: u32(0x18),
  dqi_free_entry: u32(0x1c),
};
export const quotaHeaderSize = 32;

/** Bytes of each block of the tree, for every block size of the file system. */
export const quotaBlockSize = 1024;
/** The number of the root block of the tree. */
export const quotaRoot = 1;
/** Levels of reference blocks, each with 256 references, above the blocks of entries; one byte of the id per level. */
export const quotaDepth = 4;

/** struct qt_disk_dqdbheader, at the start of each block of entries. */
export const quotaLeafHeader = {
  dqdh_next_free: u32(0x00),
  dqdh_prev_free: u32(0x04),
  dqdh_entries: u16(0x08),
  dqdh_pad1: u16(0x0a),
  dqdh_pad2: u32(0x0c),
};
export const quotaLeafHeaderSize = 16;

/** An entry of version 1. */
export const quotaEntry = {
  dqb_id: u32(0x00),
  dqb_pad: u32(0x04),
  dqb_ihardlimit: u64(0x08),
  dqb_isoftlimit: u64(0x10),
  dqb_curinodes: u64(0x18),
  dqb_bhardlimit: u64(0x20), // KiB
  dqb_bsoftlimit: u64(0x28),
  dqb_curspace: u64(0x30), // bytes
  dqb_btime: u64(0x38),
  dqb_itime: u64(0x40),
};
export const quotaEntrySize = 72;

/** An entry of version 0. */
export const quotaEntryNarrow = {
  dqb_id: u32(0x00),
  dqb_ihardlimit: u32(0x04),
  dqb_isoftlimit: u32(0x08),
  dqb_curinodes: u32(0x0c),
  dqb_bhardlimit: u32(0x10), // KiB
  dqb_bsoftlimit: u32(0x14),
  dqb_curspace: u64(0x18), // bytes
  dqb_btime: u64(0x20),
  dqb_itime: u64(0x28),
};
export const quotaEntryNarrowSize = 48;

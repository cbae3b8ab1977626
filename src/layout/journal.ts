/** The journal's blocks, all big-endian — Documentation/filesystems/ext4, "Journal (jbd2)". */
import { be16, be32, be64, raw, u8, u16, u32 } from '../bytes/field';

export const journalMagic = 0xc03b3998;
export const journalBlock = { DESCRIPTOR: 1, COMMIT: 2, SUPERBLOCK_V1: 3, SUPERBLOCK_V2: 4, REVOKE: 5, FAST_COMMIT: 6 };

export const journalSuperblock = {
  h_magic: be32(0x00),
  h_blocktype: be32(0x04),
  h_sequence: be32(0x08),
  s_blocksize: be32(0x0c),
  s_maxlen: be32(0x10), // blocks
  s_first: be32(0x14),
  s_sequence: be32(0x18),
  s_start: be32(0x1c), // 0: nothing to replay
  s_errno: be32(0x20),
  s_feature_compat: be32(0x24), // this field and the following ones only in version 2
  s_feature_incompat: be32(0x28),
  s_feature_ro_compat: be32(0x2c),
  s_uuid: raw(0x30, 16),
  s_nr_users: be32(0x40),
  s_dynsuper: be32(0x44),
  s_max_transaction: be32(0x48),
  s_max_trans_data: be32(0x4c),
  s_checksum_type: u8(0x50), // 4: crc32c
  s_padding2: raw(0x51, 3),
  s_num_fc_blks: be32(0x54),
  s_head: be32(0x58),
  s_padding: raw(0x5c, 160),
  s_checksum: be32(0xfc),
  s_users: raw(0x100, 768),
};
export const journalSuperblockSize = 1024;

/** Bits of the journal's own feature words. */
export const journalFeature = {
  compatChecksum: 0x1,
  REVOKE: 0x1,
  '64BIT': 0x2,
  ASYNC_COMMIT: 0x4,
  CSUM_V2: 0x8,
  CSUM_V3: 0x10,
  FAST_COMMIT: 0x20,
  incompatKnown: 0x3f,
};
/** The incompatible features of a journal, by the names that dumpe2fs prints. */
export const journalIncompat = {
  journal_incompat_revoke: journalFeature.REVOKE,
  journal_64bit: journalFeature['64BIT'],
  journal_async_commit: journalFeature.ASYNC_COMMIT,
  journal_checksum_v2: journalFeature.CSUM_V2,
  journal_checksum_v3: journalFeature.CSUM_V3,
  fast_commit: journalFeature.FAST_COMMIT,
};
/** Smallest number of blocks of a journal, without its fast-commit area. */
export const minJournalBlocks = 1024;
/** Blocks of the fast-commit area when the journal does not state it. */
export const defaultFastCommitBlocks = 256;

/** The first bytes of every block of the log that is not a copy of a file system block. */
export const journalHeader = { h_magic: be32(0x0), h_blocktype: be32(0x4), h_sequence: be32(0x8) };
export const journalHeaderSize = 12;

/** A tag of a descriptor block; 16 bytes of UUID follow it, except with `SAME_UUID`. Shorter without 64bit. */
export const journalTag = {
  t_blocknr: be32(0x0),
  t_checksum: be16(0x4), // low half of the checksum, with csum_v2
  t_flags: be16(0x6),
  t_blocknr_high: be32(0x8), // with 64bit
};
/** A tag with csum_v3, whether 64bit is set or not. */
export const journalTag3 = {
  t_blocknr: be32(0x0),
  t_flags: be32(0x4),
  t_blocknr_high: be32(0x8),
  t_checksum: be32(0xc),
};
/** Bits of `t_flags`. `DELETED` has no effect. */
export const journalTagFlag = { ESCAPE: 1, SAME_UUID: 2, DELETED: 4, LAST_TAG: 8 };
export const journalUuidSize = 16;
/** Descriptor and revoke blocks end with a checksum, with csum_v2 and csum_v3. */
export const journalTailSize = 4;

export const journalCommit = {
  h_magic: be32(0x0),
  h_blocktype: be32(0x4),
  h_sequence: be32(0x8),
  h_chksum_type: u8(0xc), // 1: crc32, of the whole transaction
  h_chksum_size: u8(0xd),
  h_padding: raw(0xe, 2),
  h_chksum: be32(0x10), // the first of 8 words; the others are not used
  h_chksum_rest: raw(0x14, 28),
  h_commit_sec: be64(0x30),
  h_commit_nsec: be32(0x38),
};

export const journalRevoke = {
  h_magic: be32(0x0),
  h_blocktype: be32(0x4),
  h_sequence: be32(0x8),
  r_count: be32(0xc), // bytes in use, from the start of the block
};
export const journalRevokeSize = 16;

/** A tag of the fast-commit area, little-endian; its value follows — Documentation/filesystems/ext4, "Fast commits". */
export const fastCommitTag = { fc_tag: u16(0x0), fc_len: u16(0x2) };
export const fastCommitTagSize = 4;
export const fastCommitKind = {
  ADD_RANGE: 1,
  DEL_RANGE: 2,
  CREAT: 3,
  LINK: 4,
  UNLINK: 5,
  INODE: 6,
  PAD: 7,
  TAIL: 8,
  HEAD: 9,
};
export const fastCommitHead = { fc_features: u32(0x0), fc_tid: u32(0x4) };
export const fastCommitHeadSize = 8;
export const fastCommitTail = { fc_tid: u32(0x0), fc_crc: u32(0x4) };
export const fastCommitTailSize = 8;
/** Values of `INODE`, `ADD_RANGE` and `DEL_RANGE`: the inode, then the change. */
export const fastCommitInode = { fc_ino: u32(0x0) }; // the inode follows, from its start
export const fastCommitInodeSize = 4;
export const fastCommitRange = { fc_ino: u32(0x0), fc_lblk: u32(0x4), fc_len: u32(0x8) };
export const fastCommitRangeSize = 12;
export const fastCommitExtent = { fc_ino: u32(0x0) }; // an extent follows, as in a leaf
export const fastCommitExtentSize = 16;
/** Value of `CREAT`, `LINK` and `UNLINK`; the name follows, without an end mark. */
export const fastCommitName = { fc_parent_ino: u32(0x0), fc_ino: u32(0x4) };
export const fastCommitNameSize = 8;

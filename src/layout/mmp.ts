/** struct mmp_struct: the multi-mount protection block — Documentation/filesystems/ext4, "Multiple Mount Protection". */
import { raw, u16, u32, u64 } from '../bytes/field';

export const mmpMagic = 0x004d4d50;
export const mmpBlock = {
  mmp_magic: u32(0x00),
  mmp_seq: u32(0x04),
  mmp_time: u64(0x08),
  mmp_nodename: raw(0x10, 64),
  mmp_bdevname: raw(0x50, 32),
  mmp_check_interval: u16(0x70),
  mmp_pad1: u16(0x72),
  mmp_pad2: raw(0x74, 904),
  mmp_checksum: u32(0x3fc),
};
/** Values of `mmp_seq`: cleanly unmounted, in use by fsck, and the largest that means "mounted". */
export const mmpSequence = { CLEAN: 0xff4d4d50, FSCK: 0xe24d4d50, MAX: 0xe24d4d4f };

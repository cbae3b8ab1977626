/** The orphan file's block tail — Documentation/filesystems/ext4, "Orphan file". */
import { u32 } from '../bytes/field';

export const orphanMagic = 0x0b10ca04;
/** The last 8 bytes of each block of the orphan file. */
export const orphanTail = { ob_magic: u32(0x0), ob_checksum: u32(0x4) };
export const orphanTailSize = 8;

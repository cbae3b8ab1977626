/** Identifies a file without an ext file system by its magic bytes, with advice. */
import { isAllZero } from '../bytes/bitmap';
import type { ByteSource } from '../source/source';
import { bytesAt, isPrimarySuperblock, partitionTable } from './partitions';

/** Magic bytes: their offset, the bytes as Latin-1 text, and the description of such a file. */
type Sign = readonly [at: number, magic: string, what: string];

const convert = 'convert it to a raw image first';
const unpack = 'unpack it first';
const other = 'which is not an ext file system';

const signs: readonly Sign[] = [
  [
    0,
    '\x10\xb7\x2b\x7fExt2 Image',
    'a file of e2image without directories; make one with e2image -r DEVICE FILE instead',
  ],
  [0, 'QFI\xfb', 'a QCOW2 image; make a raw one of it with qemu-img convert -O raw, or with e2image -r IMAGE FILE'],
  [0, 'KDMV', `a VMDK disk image; ${convert}`],
  [0, '# Disk DescriptorFile', `the description of a VMDK disk image; ${convert}`],
  [0, 'conectix', `a VHD disk image; ${convert}`],
  [0, 'vhdxfile', `a VHDX disk image; ${convert}`],
  [0x40, '\x7f\x10\xda\xbe', `a VDI disk image; ${convert}`],
  [0, '\x3a\xff\x26\xed', 'an Android sparse image; make a raw one of it with simg2img'],
  [0, '\x1f\x8b', `gzip data; ${unpack}`],
  [0, '\xfd7zXZ\0', `xz data; ${unpack}`],
  [0, '\x28\xb5\x2f\xfd', `zstd data; ${unpack}`],
  [0, '\x04\x22\x4d\x18', `lz4 data; ${unpack}`],
  [0, 'BZh', `bzip2 data; ${unpack}`],
  [0, 'PK\x03\x04', `a zip archive; ${unpack}`],
  [257, 'ustar', 'a tar archive, not an image'],
  [0, '07070', 'a cpio archive, as an initrd is, not an image'],
  [0, '\x7fELF', 'a program, not an image'],
  [0, 'LUKS\xba\xbe', 'a LUKS encrypted volume; open it with cryptsetup and check what is inside'],
  [512, 'LABELONE', 'an LVM physical volume; activate it and check its logical volumes'],
  [0, 'LABELONE', 'an LVM physical volume; activate it and check its logical volumes'],
  [4096, '\xfc\x4e\x2b\xa9', 'a member of an md RAID; assemble it and check the whole'],
  [0, 'hsqs', `squashfs, ${other}`],
  [0, 'XFSB', `XFS, ${other}`],
  [0x10040, '_BHRfS_M', `btrfs, ${other}`],
  [1024, '\xe2\xe1\xf5\xe0', `EROFS, ${other}`],
  [1024, '\x10\x20\xf5\xf2', `F2FS, ${other}`],
  [4086, 'SWAPSPACE2', 'swap space'],
  [3, 'NTFS    ', `NTFS, ${other}`],
  [3, 'EXFAT   ', `exFAT, ${other}`],
  [54, 'FAT1', `FAT, ${other}`],
  [82, 'FAT32', `FAT, ${other}`],
];

/** Number of bytes from the start that are read; the signatures above are in the first tenth. */
const headBytes = 2 ** 20;

const hasMagic = (bytes: Uint8Array, at: number, magic: string): boolean => {
  if (at + magic.length > bytes.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false;
  return true;
};

/** An ext file system that starts later than the image, for example after a header. */
function shifted(head: Uint8Array): string | null {
  for (let at = 512; at + 2048 <= head.length; at += 512)
    if (isPrimarySuperblock(head, at + 1024))
      return `a file with an ext file system from byte ${at} on (--offset ${at})`;
  return null;
}

/**
 * A description of `source` as the rest of a sentence; null when it is unknown. Reads the first MiB and, for a
 * partition table, a small part of every partition.
 */
export async function identifyFile(source: ByteSource): Promise<string | null> {
  if (source.size === 0) return 'an empty file';
  const head = await bytesAt(source, 0, headBytes);
  if (head.length === 0) return null;
  if (isAllZero(head)) {
    if (source.size <= head.length) return 'a file that holds only zeros: nothing was ever written to it';
    return `a file whose first ${head.length} bytes are zeros: it was not written, or its start is lost`;
  }
  for (const [at, magic, what] of signs) if (hasMagic(head, at, magic)) return what;
  const disk = await partitionTable(source, head);
  // an ISO image may also have a partition table, for booting from a USB stick
  if (hasMagic(head, 0x8001, 'CD001')) return `an ISO 9660 image, ${other}`;
  return disk ?? shifted(head);
}

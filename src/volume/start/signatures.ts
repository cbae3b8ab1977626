/** The magic bytes of files and file systems that users mistake for ext images. */
import type { StartKind } from '../../problem/start';
import { hasText } from './bytes';
import { isCramfs, isJffs2, isLzma, isMinix, isZfs } from './weak-magic';

/** A kind of file, and how it is recognized. */
export interface Signature {
  at: number;
  /** The magic bytes as Latin-1 text. */
  magic: string;
  kind: StartKind;
  name: string;
  /** A noun phrase. */
  what: string;
  /** What else must hold where the magic bytes are few. */
  test?: ((bytes: Uint8Array) => boolean) | undefined;
}

type Row = readonly [
  at: number,
  magic: string,
  name: string,
  what?: string | undefined,
  test?: (bytes: Uint8Array) => boolean,
];

const rows = (kind: StartKind, of: (name: string) => string, ...all: Row[]): Signature[] =>
  all.map(([at, magic, name, what, test]) => ({ at, magic, kind, name, what: what ?? of(name), test }));

/** Names that begin with a vowel when they are spoken. */
const spokenWithVowel = new Set(['XFS', 'EROFS', 'F2FS', 'NTFS', 'exFAT', 'APFS', 'HFS+', 'OCFS2']);
const article = (name: string): string => (spokenWithVowel.has(name) ? 'an' : 'a');

/** In the order in which they are tried. */
export const signatures: readonly Signature[] = [
  ...rows(
    'container',
    (name) => `${article(name)} ${name} disk image`,
    [0, '\x10\xb7\x2b\x7fExt2 Image', 'e2image', 'a file of e2image, which has metadata but no directories'],
    [0, 'QFI\xfb', 'QCOW2', 'a QCOW2 image'],
    [0, 'KDMV', 'VMDK'],
    [0, '# Disk DescriptorFile', 'VMDK description', 'the description of a VMDK disk image'],
    [0, 'conectix', 'VHD'],
    [0, 'vhdxfile', 'VHDX'],
    [0x40, '\x7f\x10\xda\xbe', 'VDI'],
    [0, 'QED\0', 'QED'],
    [0, 'WithoutFreeSpace', 'Parallels'],
    [0, 'WithouFreSpacExt', 'Parallels'],
    [0, '\x3a\xff\x26\xed', 'Android sparse', 'an Android sparse image'],
    [0, 'LUKS\xba\xbe', 'LUKS', 'a LUKS encrypted volume'],
    [512, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [0, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [1024, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [1536, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [4096, '\xfc\x4e\x2b\xa9', 'md', 'a member of an md RAID'],
    [0, '\xfc\x4e\x2b\xa9\x01\0\0\0', 'md', 'a member of an md RAID'],
    [4120, '\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81', 'bcache', 'a device of bcache'],
    [4096, '\x67\x44\x6c\x61', 'Android super', 'an Android super image, which holds several partitions'],
    [0, 'UBI#', 'UBI', 'an image of flash memory with UBI volumes'],
    [0, 'AVB0', 'AVB vbmeta', 'a vbmeta image of Android Verified Boot'],
    [0, 'verity\0\0', 'dm-verity', 'a hash tree of dm-verity'],
    [3, '-FVE-FS-', 'BitLocker', 'a BitLocker encrypted volume'],
  ),
  ...rows(
    'compressed',
    (name) => `${name} data`,
    [0, '\x1f\x8b', 'gzip'],
    [0, '\xfd7zXZ\0', 'xz'],
    [0, '\x28\xb5\x2f\xfd', 'zstd'],
    [0, '\x04\x22\x4d\x18', 'lz4'],
    [0, 'BZh', 'bzip2'],
    [0, '\x02\x21\x4c\x18', 'lz4'],
    [0, '\x89LZO\0\r\n\x1a\n', 'lzop'],
    [0, '\x5d\0\0', 'lzma', undefined, isLzma],
  ),
  ...rows(
    'archive',
    (name) => `a ${name} archive`,
    [0, 'PK\x03\x04', 'zip'],
    [257, 'ustar', 'tar'],
    [0, '07070', 'cpio', 'a cpio archive, like an initrd'],
    [0, '7z\xbc\xaf\x27\x1c', '7z'],
    [0, 'Rar!\x1a\x07', 'rar'],
    [0, 'MSWIM\0\0\0', 'WIM', 'a Windows image (WIM)'],
    [0, '!<arch>\ndebian-binary', 'Debian package', 'a Debian package'],
    [0, '\xed\xab\xee\xdb', 'RPM', 'an RPM package'],
    [0, 'ANDROID!', 'Android boot', 'a boot image of Android'],
    [0, 'VNDRBOOT', 'Android vendor boot', 'a vendor boot image of Android'],
    [0, 'CrAU', 'Android payload', 'the payload of an Android update'],
  ),
  ...rows(
    'program',
    () => '',
    [0, '\x7fELF', 'ELF', 'a program'],
    [0x202, 'HdrS', 'Linux kernel', 'a Linux kernel'],
    [0, '\x27\x05\x19\x56', 'U-Boot', 'an image for U-Boot'],
    [0, '\xd0\x0d\xfe\xed', 'device tree', 'a device tree'],
  ),
  ...rows(
    'file-system',
    (name) => `${article(name)} ${name} file system`,
    [0, 'hsqs', 'squashfs'],
    [0, 'XFSB', 'XFS'],
    [0x10040, '_BHRfS_M', 'btrfs'],
    [1024, '\xe2\xe1\xf5\xe0', 'EROFS'],
    [1024, '\x10\x20\xf5\xf2', 'F2FS'],
    [4086, 'SWAPSPACE2', 'swap', 'swap space'],
    [3, 'NTFS    ', 'NTFS'],
    [3, 'EXFAT   ', 'exFAT'],
    [54, 'FAT1', 'FAT'],
    [82, 'FAT32', 'FAT'],
    [0x8001, 'CD001', 'ISO 9660', 'an ISO 9660 image'],
    [0, 'sqsh', 'squashfs'],
    [65526, 'SWAPSPACE2', 'swap', 'swap space'],
    [4120, '\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef', 'bcachefs'],
    [0x4000, '\x01\x01\0\0\0\0\0\0\0\0\0\x01', 'ZFS', 'a member of a ZFS pool', isZfs],
    [0x10034, 'ReIsEr', 'ReiserFS'],
    [0x2034, 'ReIsErFs', 'ReiserFS'],
    [0x10000, 'ReIsEr4', 'Reiser4'],
    [0x8000, 'JFS1', 'JFS'],
    [1024, '\x02\0\0\0\0\0\x34\x34', 'NILFS2'],
    [2048, 'OCFSV2', 'OCFS2'],
    [4096, 'OCFSV2', 'OCFS2'],
    [0x10000, '\x01\x16\x19\x70\0\0\0\x01', 'GFS2'],
    [32, 'NXSB', 'APFS'],
    [1024, 'H+\0\x04', 'HFS+'],
    [1024, 'HX\0\x05', 'HFS+'],
    [0, '\x45\x3d\xcd\x28', 'cramfs', undefined, isCramfs],
    [0, '\x28\xcd\x3d\x45', 'cramfs', undefined, isCramfs],
    [0, '-rom1fs-', 'romfs'],
    [0, '\x85\x19', 'JFFS2', undefined, isJffs2],
    [0, '\x31\x18\x10\x06', 'UBIFS'],
    ...[0x137f, 0x138f, 0x2468, 0x2478].map(
      (magic): Row => [1040, String.fromCharCode(magic & 255, magic >> 8), 'minix', undefined, isMinix],
    ),
  ),
];

/** Bytes from the start that contain all signatures. */
export const signatureBytes = 0x10048;

/** The first signature in `bytes`, which begin at the start of an image or partition. */
export const signatureIn = (bytes: Uint8Array): Signature | undefined =>
  signatures.find(({ at, magic, test }) => hasText(bytes, at, magic) && (test === undefined || test(bytes)));

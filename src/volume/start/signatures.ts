/** The magic bytes of files and file systems that users mistake for ext images. */
import type { StartKind } from '../../problem/start';

/** A kind of file, and how it is recognized. */
export interface Signature {
  at: number;
  /** The magic bytes as Latin-1 text. */
  magic: string;
  kind: StartKind;
  name: string;
  /** A noun phrase. */
  what: string;
}

type Row = readonly [at: number, magic: string, name: string, what?: string];

const rows = (kind: StartKind, of: (name: string) => string, ...all: Row[]): Signature[] =>
  all.map(([at, magic, name, what]) => ({ at, magic, kind, name, what: what ?? of(name) }));

/** Names that begin with a vowel when they are spoken. */
const spokenWithVowel = new Set(['XFS', 'EROFS', 'F2FS', 'NTFS', 'exFAT']);
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
    [0, '\x3a\xff\x26\xed', 'Android sparse', 'an Android sparse image'],
    [0, 'LUKS\xba\xbe', 'LUKS', 'a LUKS encrypted volume'],
    [512, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [0, 'LABELONE', 'LVM', 'an LVM physical volume'],
    [4096, '\xfc\x4e\x2b\xa9', 'md', 'a member of an md RAID'],
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
  ),
  ...rows(
    'archive',
    (name) => `a ${name} archive`,
    [0, 'PK\x03\x04', 'zip'],
    [257, 'ustar', 'tar'],
    [0, '07070', 'cpio', 'a cpio archive, like an initrd'],
  ),
  ...rows('program', () => '', [0, '\x7fELF', 'ELF', 'a program']),
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
  ),
];

/** Bytes from the start that contain all signatures. */
export const signatureBytes = 0x10048;

/** Whether Latin-1 text is at byte `at`. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The first signature in `bytes`, which begin at the start of an image or partition. */
export const signatureIn = (bytes: Uint8Array): Signature | undefined =>
  signatures.find(({ at, magic }) => hasText(bytes, at, magic));

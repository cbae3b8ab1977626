/** The texts of the problems in opening.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-damaged': {
    title: 'Primary superblock cannot be used',
    explain:
      'The superblock at byte 1024 says how everything else is laid out. It was overwritten or never written, or its values contradict each other. The kernel does not look for a backup by itself, so the file system cannot be mounted as it is. Write the image anew, or let e2fsck restore the superblock from a backup.',
    say: (d: { reason: string }) => d.reason,
  },
  'superblock-backup-used': {
    title: 'Checked with a backup superblock',
    explain:
      'The primary superblock or the descriptors behind it are unusable, so a backup was used, and the descriptors behind that one. Backups are written when the file system is made and seldom again: counters and marks of unused parts in them are old. Findings about free counts may come from that alone.',
    say: (_: object) => 'this backup superblock was used instead of the primary one',
  },
  'superblock-unusable': {
    title: 'Superblock is corrupt beyond use',
    explain:
      'Either neither the primary superblock nor a backup can be opened, or the one that was opened holds a value that no file system can have. It cannot be trusted, and e2fsck stops here. Write the image anew; if its contents are needed, try e2fsck -b with the block of another backup.',
    say: (d: { reason: string }) => d.reason,
  },
  'superblock-missing': {
    title: 'No ext2, ext3 or ext4 file system found',
    explain:
      'Neither byte 1024 nor any place of a backup holds the magic number of an ext superblock. The file may be a whole disk with a partition table, another kind of file system, compressed, or empty. Check that it is the right file and that it starts with the file system itself.',
    say: (d: { size: number; looksLike?: string }) =>
      `no superblock in ${d.size} bytes${d.looksLike ? `: this is ${d.looksLike}` : ''}`,
  },
  'superblock-revision-unsupported': {
    title: 'Unknown revision of the file system format',
    explain:
      's_rev_level is 0 for the first format and 1 for all that followed. No known system uses a higher one, so this is most likely damage. No kernel mounts it.',
    say: (d: { stored: number }) => `s_rev_level is ${d.stored}, should be 0 or 1`,
  },
  'superblock-checksum-type-unknown': {
    title: 'Unknown kind of checksums',
    explain:
      'With the feature metadata_csum, s_checksum_type says how checksums are made, and 1 (crc32c) is the only kind there is. The field or the feature word was overwritten. The kernel and e2fsck refuse the file system; restore the superblock from a backup.',
    say: (d: { stored: number }) => `s_checksum_type is ${d.stored}, should be 1`,
  },
  'superblock-feature-unsupported': {
    title: 'File system has features that are not known here',
    explain:
      'Each feature bit in the superblock stands for a change of the format. A bit that this program does not know means a format that it would misread, or damage to the feature words, so nothing is checked by such a superblock. Use a program as new as the one that made the file system.',
    say: (d: { features: readonly string[] }) => `unsupported: ${d.features.join(', ')}`,
  },
  'superblock-journal-device': {
    title: 'This is a journal device, not a file system',
    explain:
      'The superblock has the feature journal_dev: the image is only the journal of a file system that lies elsewhere. It holds no files and cannot be mounted. Check the image of the file system itself.',
    say: (_: object) => 'the image is an external journal and holds no files',
  },
  'superblock-descriptor-size': {
    title: 'Group descriptors are too small for 64bit',
    explain:
      'With the feature 64bit a group descriptor has at least 64 bytes. s_desc_size says otherwise, most likely because it was overwritten. The kernel refuses to mount; e2fsck crashes on 0 and misreads all descriptors on other values.',
    say: (d: { stored: number }) => `s_desc_size is ${d.stored}, should be at least 64`,
  },
  'group-descriptors-missing': {
    title: 'Image ends before its group descriptors',
    explain:
      'The group descriptors follow the superblock and say where bitmaps and inode tables lie. The image is too short to hold them: it was cut off close to its start, or a size in the superblock is far too large. Nothing can be read from it; copy or build it again.',
    say: (d: { size: number }) => `the descriptors lie outside the image of ${d.size} bytes`,
  },
  'group-descriptors-implausible': {
    title: 'Group descriptors make no sense',
    explain:
      'A descriptor places a bitmap or an inode table outside the file system or on top of another structure. That happens when a block of descriptors was lost or overwritten. The kernel refuses to mount such a file system; the check goes on with a backup of the descriptors if there is one.',
    say: (d: { what: string; stored: number }) =>
      d.what === 'descriptor size'
        ? `s_desc_size is ${d.stored}, which is not a power of two`
        : `the ${d.what} is said to start at block ${d.stored}, where it cannot be`,
  },
} satisfies ProblemTexts;

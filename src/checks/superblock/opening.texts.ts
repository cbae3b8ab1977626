/** The texts of the problems in opening.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-damaged': {
    title: 'Primary superblock cannot be used',
    explain:
      'The superblock at byte 1024 describes how everything else is laid out. It was overwritten or never written, or its values contradict each other. The kernel does not look for a backup, so the file system cannot be mounted in this state. Write the image again, or let e2fsck restore the superblock from a backup.',
    say: (d: { reason: string }) => d.reason,
  },
  'superblock-backup-used': {
    title: 'Checked with a backup superblock',
    explain:
      'The primary superblock or the descriptors after it are unusable, so a backup superblock and its descriptors were used. Backups are written when the file system is made and rarely later, so their counters and their marks of unused parts are old. Findings about free counts may have no other cause.',
    say: (_: object) => 'this backup superblock was used instead of the primary one',
  },
  'superblock-unusable': {
    title: 'Superblock cannot be used at all',
    explain:
      'Either neither the primary superblock nor a backup can be opened, or the one that was opened has a value that no file system can have. It cannot be trusted, and e2fsck stops here. Write the image again; if you need its contents, try e2fsck -b with the block of another backup.',
    say: (d: { reason: string }) => d.reason,
  },
  'superblock-missing': {
    title: 'No ext2, ext3 or ext4 file system found',
    explain:
      'Neither byte 1024 nor the location of any backup has the magic number of an ext superblock. The file may be a whole disk with a partition table, another kind of file system, compressed, or empty. Check that it is the right file and that the file system starts at its first byte.',
    say: (d: { size: number; looksLike?: string }) =>
      `no superblock in ${d.size} bytes${d.looksLike ? `: this is ${d.looksLike}` : ''}`,
  },
  'superblock-revision-unsupported': {
    title: 'Unknown revision of the file system format',
    explain:
      's_rev_level is 0 for the first format and 1 for all later ones. No known system uses a higher value, so this is most likely damage. No kernel mounts it.',
    say: (d: { stored: number }) => `s_rev_level is ${d.stored}, should be 0 or 1`,
  },
  'superblock-checksum-type-unknown': {
    title: 'Unknown kind of checksums',
    explain:
      'With the metadata_csum feature, s_checksum_type is the algorithm of the checksums, and 1 (crc32c) is the only one that exists. The field or the feature field was overwritten. The kernel and e2fsck refuse the file system; restore the superblock from a backup.',
    say: (d: { stored: number }) => `s_checksum_type is ${d.stored}, should be 1`,
  },
  'superblock-feature-unsupported': {
    title: 'File system has features that extcheck does not know',
    explain:
      'Each feature bit in the superblock stands for a change of the format. An unknown bit is either a format that extcheck would misread or damage to the feature fields, so extcheck checks nothing with such a superblock. Use a program that is as new as the one that made the file system.',
    say: (d: { features: readonly string[] }) => `unsupported: ${d.features.join(', ')}`,
  },
  'superblock-journal-device': {
    title: 'This is a journal device, not a file system',
    explain:
      'The superblock has the journal_dev feature: the image is only the journal of a file system on another device. It has no files and cannot be mounted. Check the image of the file system itself.',
    say: (_: object) => 'the image is an external journal and has no files',
  },
  'superblock-descriptor-size': {
    title: 'Group descriptors are too small for 64bit',
    explain:
      'With the 64bit feature a group descriptor has at least 64 bytes. s_desc_size is smaller, most likely because it was overwritten. The kernel refuses to mount; e2fsck crashes if the value is 0 and misreads all descriptors with other wrong values.',
    say: (d: { stored: number }) => `s_desc_size is ${d.stored}, should be at least 64`,
  },
  'group-descriptors-missing': {
    title: 'Image ends before its group descriptors',
    explain:
      'The group descriptors follow the superblock and hold the locations of bitmaps and inode tables. The image is too short to hold them: it was truncated close to its start, or a size in the superblock is far too large. Nothing can be read from it; copy or build it again.',
    say: (d: { size: number }) => `the descriptors are outside the image of ${d.size} bytes`,
  },
  'group-descriptors-implausible': {
    title: 'Group descriptors are meaningless',
    explain:
      'A descriptor places a bitmap or an inode table outside the file system or on top of another structure. This happens when a block of descriptors was lost or overwritten. The kernel refuses to mount such a file system; extcheck continues with a backup of the descriptors if there is one.',
    say: (d: { what: string; stored: number }) =>
      d.what === 'descriptor size'
        ? `s_desc_size is ${d.stored}, which is not a power of two`
        : `the descriptor places the ${d.what} at block ${d.stored}, where it cannot be`,
  },
} satisfies ProblemTexts;

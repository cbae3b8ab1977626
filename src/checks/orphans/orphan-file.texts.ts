/** The texts of the problems in orphan-file.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'orphan-file-without-journal': {
    title: 'Orphan file without a journal',
    explain:
      'The orphan file lists inodes that the next mount deletes after a crash, which works only together with a journal. has_journal was switched off but orphan_file was not, or a feature field was damaged. Files can be read; e2fsck removes the orphan file.',
    say: (_: object) => 'orphan_file is set, but has_journal is not',
  },
  'orphan-file-missing': {
    title: 'Orphan file cannot be read',
    explain:
      'With the orphan_file feature the superblock refers to the inode of the orphan file, and that inode cannot be used. The kernel refuses to mount, and e2fsck aborts at it. Restore the superblock field, or switch the feature off with tune2fs.',
    say: (d: { reason: string }) => d.reason,
  },
  'orphan-file-size': {
    title: 'Size of the orphan file is not a multiple of the block size',
    explain:
      'The orphan file consists of whole blocks and never changes its size. Its inode was overwritten. The kernel may refuse to mount; e2fsck recreates the file.',
    say: (d: { stored: number; blockSize: number }) =>
      `its size is ${d.stored}, should be a multiple of ${d.blockSize}`,
  },
  'orphan-file-hole': {
    title: 'Orphan file has a hole',
    explain:
      'The orphan file has exactly as many blocks as its size requires, and none may be missing. Its mapping was damaged. The kernel may refuse to mount; e2fsck recreates the file.',
    say: (d: { logical: number; expected: number }) => `its blocks end at ${d.logical}, should be ${d.expected} blocks`,
  },
  'orphan-file-dirty': {
    title: 'Orphan file is not empty',
    explain:
      'After a clean unmount all blocks of the orphan file are empty. After a crash they list inodes that the next mount deletes or truncates; such files no longer have a name. If the block is not an orphan block at all, it was overwritten, and the kernel refuses to mount.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-in-use': {
    title: 'Orphan file lists inodes for the next mount',
    explain:
      'After a crash, or in a copy of a mounted file system, the orphan file lists inodes that the next mount deletes or truncates. Its block and all inodes in it are valid. They only take space until then; e2fsck empties the file.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-corrupted': {
    title: 'Orphan file must be recreated',
    explain:
      'The orphan file cannot be kept: it is not empty, has the wrong size, or not all of its blocks can be found. e2fsck replaces it with an empty one. No file with a name is affected.',
    say: (_: object) => 'the orphan file must be replaced',
  },
  'orphan-present-clean-file': {
    title: 'Superblock indicates orphans, but there are none',
    explain:
      'orphan_present is set while the file system is mounted, so that the next mount reads the orphan file after a crash. The file is empty, so the flag only means that the file system was not unmounted. Nothing is lost.',
    say: (_: object) => 'orphan_present is set, but the orphan file is empty',
  },
  'orphan-present-without-file': {
    title: 'Superblock indicates orphans, but there is no orphan file',
    explain:
      'orphan_present means that the orphan file lists inodes to be deleted, but the orphan_file feature is off. A tool removed the file only halfway, or a feature field was damaged. Files without a name may still take some space.',
    say: (_: object) => 'orphan_present is set, but orphan_file is not',
  },
} satisfies ProblemTexts;

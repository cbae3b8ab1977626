/** The texts of the problems in orphan-file.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'orphan-file-without-journal': {
    title: 'Orphan file without a journal',
    explain:
      'The orphan file lists inodes that are to be deleted after a crash, which only works together with a journal. has_journal was switched off and orphan_file left on, or a feature word was damaged. Files read right; e2fsck removes the orphan file.',
    say: (_: object) => 'orphan_file is set, has_journal is not',
  },
  'orphan-file-missing': {
    title: 'Orphan file cannot be read',
    explain:
      'With the feature orphan_file the superblock names the inode of the orphan file, and that inode cannot be used. The kernel refuses to mount, and e2fsck gives up when it gets there. Restore the superblock field, or switch the feature off with tune2fs.',
    say: (d: { reason: string }) => d.reason,
  },
  'orphan-file-size': {
    title: 'Size of the orphan file is not whole blocks',
    explain:
      'The orphan file is made of whole blocks and never changes its size. Its inode was overwritten. The kernel may refuse to mount; e2fsck makes the file anew.',
    say: (d: { stored: number; blockSize: number }) =>
      `its size is ${d.stored}, should be a multiple of ${d.blockSize}`,
  },
  'orphan-file-hole': {
    title: 'Orphan file has a hole',
    explain:
      'The orphan file has exactly as many blocks as its size says, and none may be missing. Its mapping was damaged. The kernel may refuse to mount; e2fsck makes the file anew.',
    say: (d: { logical: number; expected: number }) => `its blocks end at ${d.logical}, should be ${d.expected} blocks`,
  },
  'orphan-file-dirty': {
    title: 'Orphan file is not empty',
    explain:
      'After a clean unmount all blocks of the orphan file are empty. After a crash they list inodes that are still to be deleted or cut off, which the next mount does; such files have no name any more. If the block is no orphan block at all, it was overwritten, and the kernel refuses to mount.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-in-use': {
    title: 'Orphan file lists inodes for the next mount',
    explain:
      'After a crash, or in a copy of a mounted file system, the orphan file lists inodes that are still to be deleted or cut off, and the next mount does that. Its block and all inodes in it are in order. Only space is taken until then; e2fsck empties the file.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-corrupted': {
    title: 'Orphan file must be made anew',
    explain:
      'The orphan file cannot stay as it is: it is not empty, has the wrong size, or its blocks cannot all be found. e2fsck replaces it with an empty one. No file with a name is affected.',
    say: (_: object) => 'the orphan file has to be replaced',
  },
  'orphan-present-clean-file': {
    title: 'Orphans are announced, but there are none',
    explain:
      'orphan_present is set while the file system is mounted, so that a crash is followed by a look into the orphan file. The file is empty, so the flag only says that the file system was not unmounted. Nothing is lost by it.',
    say: (_: object) => 'orphan_present is set, the orphan file is empty',
  },
  'orphan-present-without-file': {
    title: 'Orphans are announced, but there is no orphan file',
    explain:
      'orphan_present says that the orphan file lists inodes to be deleted, but the feature orphan_file is off. A tool removed the file halfway, or a feature word was damaged. Some space may stay taken by files without a name.',
    say: (_: object) => 'orphan_present is set, orphan_file is not',
  },
} satisfies ProblemTexts;

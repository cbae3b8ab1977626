/** The texts of the problems in htree-root.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'htree-without-feature': {
    title: 'Directory index without the feature',
    explain:
      'The directory is flagged as indexed, and the file system does not have the dir_index feature. The directory is then read entry by entry, which works. A feature field of the superblock was damaged, or the flag was set by mistake; e2fsck clears the flag.',
    say: (_: object) => 'the index flag is set, but the file system lacks the dir_index feature',
  },
  'htree-not-directory': {
    title: 'Index flag on something that is not a directory',
    explain:
      'Only directories have a hash index. The inode or its mode was overwritten. It can be read if its mode is right; otherwise restore the file.',
    say: (_: object) => 'the index flag is set, but this is not a directory',
  },
  'htree-root-invalid': {
    title: 'Directory index has no valid root',
    explain:
      'The first block of an indexed directory does not hold the root of an index: it is missing, unreadable, or was overwritten. Name lookup may fail although the entries exist.',
    say: (d: { why: string }) => `the root of the index ${d.why}`,
  },
  'htree-hash-unknown': {
    title: 'Directory index uses an unknown hash',
    explain:
      'The index root has the number of a hash function that does not exist. The kernel ignores the index or refuses the directory.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}`,
  },
  'htree-flags-unknown': {
    title: 'Directory index has an unknown flag',
    explain: 'A flag in the index root indicates a newer format. The kernel ignores the index.',
    say: (_: object) => 'an unknown flag is set in the index root',
  },
  'htree-too-deep': {
    title: 'Directory index is too deep',
    explain: 'The index has more levels than the kernel supports. Name lookup fails with an error.',
    say: (d: { stored: number }) => `the index has ${d.stored} levels below the root`,
  },
  'htree-needs-siphash': {
    title: 'Encrypted casefolded directory with the wrong hash',
    explain: 'An encrypted and case-insensitive directory must be indexed by siphash. Name lookup fails.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}, should be 6`,
  },
  'htree-cannot-siphash': {
    title: 'Siphash in an ordinary directory',
    explain: 'Only encrypted and case-insensitive directories are indexed by siphash. Name lookup fails.',
    say: (_: object) => 'the index uses siphash, but the directory is not encrypted and casefolded',
  },
} satisfies ProblemTexts;

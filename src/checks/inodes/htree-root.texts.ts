/** The texts of the problems in htree-root.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'htree-without-feature': {
    title: 'Directory index without the feature',
    explain:
      'The directory is flagged as indexed, and the file system does not have the dir_index feature. It is then read entry by entry, which works. A feature word of the superblock was damaged, or the flag was set by mistake; e2fsck clears the flag.',
    say: (_: object) => 'the index flag is set, but the file system lacks the dir_index feature',
  },
  'htree-not-directory': {
    title: 'Index flag on something that is not a directory',
    explain:
      'Only directories have a hash index. The inode or its mode was overwritten. It reads right if its mode is; restore the file otherwise.',
    say: (_: object) => 'the index flag is set, but this is not a directory',
  },
  'htree-root-invalid': {
    title: 'Directory index has no valid root',
    explain:
      'The first block of an indexed directory does not hold the root of an index: it is missing, unreadable, or was overwritten. Looking names up may fail although the entries are there.',
    say: (d: { why: string }) => `the root of the index ${d.why}`,
  },
  'htree-hash-unknown': {
    title: 'Directory index uses an unknown hash',
    explain:
      'The index root names a hash function that does not exist. The kernel ignores the index or refuses the directory.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}`,
  },
  'htree-flags-unknown': {
    title: 'Directory index has an unknown flag',
    explain: 'A flag in the index root says that a newer format is used. The kernel ignores the index.',
    say: (_: object) => 'an unknown flag is set in the index root',
  },
  'htree-too-deep': {
    title: 'Directory index is too deep',
    explain: 'The index has more levels than the kernel follows. Looking names up fails with an error.',
    say: (d: { stored: number }) => `the index says it has ${d.stored} levels below the root`,
  },
  'htree-needs-siphash': {
    title: 'Encrypted casefolded directory with the wrong hash',
    explain: 'A directory that is encrypted and case-insensitive must be indexed by siphash. Looking names up fails.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}, should be 6`,
  },
  'htree-cannot-siphash': {
    title: 'Siphash in an ordinary directory',
    explain: 'Only directories that are encrypted and case-insensitive are indexed by siphash. Looking names up fails.',
    say: (_: object) => 'the index uses siphash, but the directory is not encrypted and casefolded',
  },
} satisfies ProblemTexts;

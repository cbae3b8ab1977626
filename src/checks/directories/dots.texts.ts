/** The texts of the problems in dots.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'directory-dot-missing': {
    title: 'Entry "." is missing',
    explain:
      'The first entry of a directory is empty where "." should be. The block was overwritten or never written. Names after it may also be lost; restore the directory.',
    say: (_: object) => 'the entry "." is missing',
  },
  'directory-dot-not-first': {
    title: 'First entry is not "."',
    explain:
      'The first entry of a directory has another name than ".". The block belongs to something else or was overwritten. Names after it may belong elsewhere; restore the directory.',
    say: (_: object) => 'the first entry is not "."',
  },
  'directory-dot-not-terminated': {
    title: 'Entry "." is not followed by a NUL',
    explain: 'Old tools expect a NUL byte after the name ".". Everything works without it.',
    say: (_: object) => 'the name "." is not followed by a NUL byte',
  },
  'directory-dot-inode-wrong': {
    title: 'Entry "." refers to another inode',
    explain:
      'The entry "." of a directory must refer to the directory itself. Here it does not: the block belongs to another directory, because of a stale or misplaced write. The names in it may be those of the other directory; restore this one.',
    say: (d: { stored: number; expected: number }) =>
      `the entry "." refers to inode ${d.stored}, should refer to ${d.expected}`,
  },
  'directory-dot-long': {
    title: 'Record of "." is too long',
    explain:
      'The record of "." is longer than necessary. Names that were once after it are hidden; nothing that is in use is lost.',
    say: (d: { stored: number }) => `the record of "." is ${d.stored} bytes long, should be 12`,
  },
  'directory-dotdot-missing': {
    title: 'Entry ".." is missing',
    explain:
      'The second entry of a directory is empty where ".." should be. The block was overwritten or never written. Names after it may also be lost; restore the directory.',
    say: (_: object) => 'the entry ".." is missing',
  },
  'directory-dotdot-not-second': {
    title: 'Second entry is not ".."',
    explain:
      'The second entry of a directory has another name than "..". The block belongs to something else or was overwritten. Names after it may belong elsewhere; restore the directory.',
    say: (_: object) => 'the second entry is not ".."',
  },
  'directory-dotdot-not-terminated': {
    title: 'Entry ".." is not followed by a NUL',
    explain: 'Old tools expect a NUL byte after the name "..". Everything works without it.',
    say: (_: object) => 'the name ".." is not followed by a NUL byte',
  },
} satisfies ProblemTexts;

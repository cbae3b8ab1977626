/** The sentences for findings of dots.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'directory-dot-missing': () => 'the entry "." is missing',
  'directory-dot-not-first': () => 'the first entry is not "."',
  'directory-dot-not-terminated': () => 'the name "." is not followed by a NUL byte',
  'directory-dot-inode-wrong': (d: { stored: number; expected: number }) =>
    `the entry "." refers to inode ${d.stored}, should refer to ${d.expected}`,
  'directory-dot-long': (d: { stored: number }) => `the record of "." is ${d.stored} bytes long, should be 12`,
  'directory-dotdot-missing': () => 'the entry ".." is missing',
  'directory-dotdot-not-second': () => 'the second entry is not ".."',
  'directory-dotdot-not-terminated': () => 'the name ".." is not followed by a NUL byte',
} satisfies Sentences;

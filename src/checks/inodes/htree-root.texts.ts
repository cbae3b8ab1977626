/** The sentences for findings of htree-root.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'htree-without-feature': () => 'the index flag is set, but the file system lacks the dir_index feature',
  'htree-not-directory': () => 'the index flag is set, but this is not a directory',
  'htree-root-invalid': (d: { why: string }) => `the root of the index ${d.why}`,
  'htree-hash-unknown': (d: { stored: number }) => `the index uses hash version ${d.stored}`,
  'htree-flags-unknown': () => 'an unknown flag is set in the index root',
  'htree-too-deep': (d: { stored: number }) => `the index has ${d.stored} levels below the root`,
  'htree-needs-siphash': (d: { stored: number }) => `the index uses hash version ${d.stored}, should be 6`,
  'htree-cannot-siphash': () => 'the index uses siphash, but the directory is not encrypted and casefolded',
} satisfies Sentences;

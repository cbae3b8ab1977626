/** The sentences for findings of repeated-names.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'entry-repeated': (d: { name: string; target: number }) => `the name "${d.name}" for inode ${d.target} exists twice`,
  'entry-name-not-unique': (d: { name: string }) => `the name "${d.name}" is not unique`,
  'directory-not-reread': () => 'the directory could not be read completely',
} satisfies Sentences;

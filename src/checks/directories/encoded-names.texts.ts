/** The sentences for findings of encoded-names.ts. */
import type { Sentences } from '../../problem/define';

export interface EntryData {
  name: string;
  target: number;
}

const entry = (d: EntryData): string => `entry "${d.name}" (inode ${d.target})`;

export const texts = {
  'entry-name-too-short': (d: EntryData) => `${entry(d)} has a name too short to be decrypted`,
  'entry-not-encrypted': (d: EntryData) => `${entry(d)} is not encrypted, but its directory is`,
  'entry-policy-differs': (d: EntryData) => `${entry(d)} has another encryption policy than its directory`,
  'entry-name-not-utf8': (d: EntryData) => `${entry(d)} has a name that is not valid UTF-8`,
} satisfies Sentences;

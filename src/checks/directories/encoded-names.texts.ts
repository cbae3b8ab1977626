/** The texts of the problems in encoded-names.ts. */
import type { ProblemTexts } from '../../problem/define';

export interface EntryData {
  name: string;
  target: number;
}

const entry = (d: EntryData): string => `entry "${d.name}" (inode ${d.target})`;

export const texts = {
  'entry-name-too-short': {
    title: 'Name in an encrypted directory is too short',
    explain:
      'Names in an encrypted directory are ciphertext of at least 16 bytes. A shorter one cannot be decrypted, so the file cannot be opened even with the key. A program that ignored the encryption wrote the entry, or the block was overwritten.',
    say: (d: EntryData) => `${entry(d)} has a name too short to be decrypted`,
  },
  'entry-not-encrypted': {
    title: 'Unencrypted file in an encrypted directory',
    explain:
      'Files, directories and symlinks in an encrypted directory must also be encrypted, and this one has no usable policy. If the key is present, the kernel refuses to open it. Either its inode lost the flag or the policy, or the entry refers to the wrong inode.',
    say: (d: EntryData) => `${entry(d)} is not encrypted, but its directory is`,
  },
  'entry-policy-differs': {
    title: 'File has another encryption policy than its directory',
    explain:
      'A file in an encrypted directory must have the same key and modes as the directory. This one has others, so the kernel refuses to open it. The entry probably refers to the wrong inode, or the attribute with the policy is stale.',
    say: (d: EntryData) => `${entry(d)} has another encryption policy than its directory`,
  },
  'entry-name-not-utf8': {
    title: 'Name is not valid UTF-8',
    explain:
      'The file system requires valid UTF-8 for every name in its case-insensitive directories (s_encoding_flags), and this name is not. The kernel refuses to look it up, so the file cannot be opened. The block was damaged, or strict mode was set later.',
    say: (d: EntryData) => `${entry(d)} has a name that is not valid UTF-8`,
  },
} satisfies ProblemTexts;

/** The texts of the problems in encryption.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'encryption-policy-missing': {
    title: 'Encrypted file has no policy',
    explain:
      'The inode is flagged as encrypted, but the attribute that says with which key and how is missing or unreadable. Its content, or the names in the directory, cannot be decrypted any more.',
    say: (_: object) => 'the encrypt flag is set, but there is no encryption policy',
  },
  'encryption-policy-corrupt': {
    title: 'Encryption policy is destroyed',
    explain:
      'The attribute with the encryption policy has a size or version that none has. The content of the file, or the names in the directory, cannot be decrypted any more.',
    say: (d: { size: number }) => `the encryption policy has ${d.size} bytes, which fits no version`,
  },
} satisfies ProblemTexts;

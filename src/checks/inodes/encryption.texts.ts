/** The texts of the problems in encryption.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'encryption-policy-missing': {
    title: 'Encrypted file has no policy',
    explain:
      'The inode is flagged as encrypted, but the attribute with the key and the modes of encryption is missing or unreadable. Its content, or the names in the directory, can no longer be decrypted.',
    say: (_: object) => 'the encrypt flag is set, but there is no encryption policy',
  },
  'encryption-policy-corrupt': {
    title: 'Encryption policy is destroyed',
    explain:
      'The attribute with the encryption policy has an impossible size or version. The content of the file, or the names in the directory, can no longer be decrypted.',
    say: (d: { size: number }) => `the encryption policy has ${d.size} bytes, which matches no version`,
  },
} satisfies ProblemTexts;

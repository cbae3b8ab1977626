/** The sentences for findings of encryption.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'encryption-policy-missing': () => 'the encrypt flag is set, but there is no encryption policy',
  'encryption-policy-corrupt': (d: { size: number }) =>
    `the encryption policy has ${d.size} bytes, which matches no version`,
} satisfies Sentences;

/** The sentences for findings of opening.ts. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-damaged': (d: { reason: string }) => d.reason,
  'superblock-backup-used': () => 'this backup superblock was used instead of the primary one',
  'superblock-unusable': (d: { reason: string }) => d.reason,
  'superblock-missing': (d: { size: number; looksLike?: string }) =>
    `no superblock in ${d.size} bytes${d.looksLike ? `: this is ${d.looksLike}` : ''}`,
  'superblock-revision-unsupported': (d: { stored: number }) => `s_rev_level is ${d.stored}, should be 0 or 1`,
  'superblock-checksum-type-unknown': (d: { stored: number }) => `s_checksum_type is ${d.stored}, should be 1`,
  'superblock-feature-unsupported': (d: { features: readonly string[] }) => `unsupported: ${d.features.join(', ')}`,
  'superblock-journal-device': () => 'the image is an external journal and has no files',
  'superblock-descriptor-size': (d: { stored: number }) => `s_desc_size is ${d.stored}, should be at least 64`,
  'group-descriptors-missing': (d: { size: number }) => `the descriptors are outside the image of ${d.size} bytes`,
  'group-descriptors-implausible': (d: { what: string; stored: number }) =>
    d.what === 'descriptor size'
      ? `s_desc_size is ${d.stored}, which is not a power of two`
      : `the descriptor places the ${d.what} at block ${d.stored}, where it cannot be`,
} satisfies Sentences;

/** The texts of the problems in superblock.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'journal-type-unknown': {
    title: 'Journal is of an unknown kind',
    explain:
      'The first block of the journal has the journal magic, but a block type that no known system uses. It was damaged, or something newer made it. The kernel refuses to mount, and changes that the journal may still hold cannot be read.',
    say: (d: { stored: number }) => `h_blocktype is ${d.stored}, should be 3 or 4`,
  },
  'journal-feature-unknown': {
    title: 'Journal has features that extcheck does not know',
    explain:
      'Each feature bit of the journal stands for a change of its format. An unknown bit is either a journal that would be misread or damage to its superblock. The kernel refuses to mount a file system whose journal it does not know.',
    say: (d: { field: string; stored: number; unknown: number }) =>
      `${d.field} is 0x${d.stored.toString(16)}, bits 0x${d.unknown.toString(16)} are not known`,
  },
  'journal-version-fields': {
    title: 'Journal has fields that its version does not use',
    explain:
      'Some fields of the journal superblock must be empty: feature fields and user count in version 1, a count of more than one user in a journal inside the file system. Old tools left values there. This alone puts nothing at risk; e2fsck clears the fields.',
    say: (d: { field: string; stored: number }) => `${d.field} is ${d.stored}`,
  },
  'journal-shared': {
    title: 'Journal is shared by several file systems',
    explain:
      'The journal superblock counts more than one file system that uses it. This was planned but never worked; e2fsck stops here. The field was damaged.',
    say: (d: { stored: number }) => `s_nr_users is ${d.stored}, should be at most 1`,
  },
  'journal-error-recorded': {
    title: 'Journal was stopped by an error',
    explain:
      'After an error the kernel could not continue, wrote its number into the journal and stopped writing. The cause may have been damage or a failing disk; later changes are lost. The number stays until the file system is mounted or checked.',
    say: (d: { stored: number }) => `s_errno is ${d.stored}`,
  },
} satisfies ProblemTexts;

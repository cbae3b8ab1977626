/** The texts of the problems in times.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-unused-without-dtime': {
    title: 'Deleted inode has no deletion time',
    explain:
      'An inode without links still has a type but no deletion time. It is treated as unused. Usually a crash or an old tool left it so; nothing is lost by it. Nothing needs to be done.',
    say: (d: { mode: string }) => `the inode has no links and no deletion time, but mode ${d.mode}`,
  },
  'inode-dtime-set': {
    title: 'Inode in use has a deletion time',
    explain:
      'The inode has links, so it is in use, and also a deletion time, which only deleted inodes have. The file reads right; the kernel ignores the field. It hints at an interrupted deletion or at a stale inode-table block. Look at the file if it matters.',
    say: (d: { stored: number; links: number }) => `i_dtime is ${d.stored}, should be 0 with ${d.links} links`,
  },
  'root-dtime-set': {
    title: 'Root directory has a deletion time',
    explain:
      'The root directory carries a deletion time although it is in use. Some old mke2fs versions wrote it so. It reads right. Nothing needs to be done; e2fsck clears it.',
    say: (d: { stored: number }) => `i_dtime of the root directory is ${d.stored}, should be 0`,
  },
  'inode-orphan-leftover': {
    title: 'Inode was part of an orphan list',
    explain:
      'The deletion time is so small that it is really an inode number: a link in the list of files that were deleted while open. The list was damaged or never worked off. Space may be lost; after a mount the kernel does not clean it up.',
    say: (d: { stored: number }) => `i_dtime is ${d.stored}, which is an inode number rather than a time`,
  },
  'inode-time-out-of-range': {
    title: 'Timestamp uses an encoding no kernel writes',
    explain:
      'A time before 1970 was stored with epoch bits that put it beyond the year 2310. Old kernels wrote such values by mistake. Only the date shown is wrong.',
    say: (d: { fields: readonly string[] }) =>
      `${d.fields.join(', ')} ${d.fields.length > 1 ? 'have' : 'has'} impossible epoch bits`,
  },
} satisfies ProblemTexts;

/** The texts of the problems in times.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'inode-unused-without-dtime': {
    title: 'Deleted inode has no deletion time',
    explain:
      'An inode without links still has a type but no deletion time. It is treated as unused. Usually a crash or an old tool caused this; nothing is lost. Nothing needs to be done.',
    say: (d: { mode: string }) => `the inode has no links and no deletion time, but mode ${d.mode}`,
  },
  'inode-dtime-set': {
    title: 'Inode in use has a deletion time',
    explain:
      'The inode has links, so it is in use, but it also has a deletion time, which only deleted inodes have. The file can be read; the kernel ignores the field. It suggests an interrupted deletion or a stale inode-table block. Check the file if it is important.',
    say: (d: { stored: number; links: number }) => `i_dtime is ${d.stored}, should be 0 with ${d.links} links`,
  },
  'root-dtime-set': {
    title: 'Root directory has a deletion time',
    explain:
      'The root directory has a deletion time although it is in use. Some old versions of mke2fs wrote it. The directory can be read. Nothing needs to be done; e2fsck clears the field.',
    say: (d: { stored: number }) => `i_dtime of the root directory is ${d.stored}, should be 0`,
  },
  'inode-orphan-leftover': {
    title: 'Inode was part of an orphan list',
    explain:
      'The deletion time is so small that it is really an inode number: a link in the list of files that were deleted while open. The list was damaged or never processed. Space may be lost; the kernel does not clean it up after a mount.',
    say: (d: { stored: number }) => `i_dtime is ${d.stored}, which is an inode number and not a time`,
  },
  'inode-time-out-of-range': {
    title: 'Timestamp uses an encoding that no kernel writes',
    explain:
      'A time before 1970 was stored with epoch bits that make it later than the year 2310. Old kernels wrote such values by mistake. Only the date shown is wrong.',
    say: (d: { fields: readonly string[] }) =>
      `${d.fields.join(', ')} ${d.fields.length > 1 ? 'have' : 'has'} impossible epoch bits`,
  },
} satisfies ProblemTexts;

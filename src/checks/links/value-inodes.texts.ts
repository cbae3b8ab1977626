/** The texts of the problems in value-inodes.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'xattr-inode-refcount-wrong': {
    title: 'Inode with an attribute value counts its users wrongly',
    explain:
      'Several attributes may share one value, and the inode that holds it counts them. A count that is too low lets the value be freed while it is still used; it reads right today.',
    say: (d: { stored: number; expected: number }) =>
      `the inode says that ${d.stored} attributes use its value, ${d.expected} do`,
  },
  'xattr-value-changed': {
    title: 'Attribute value does not fit its checksum',
    explain:
      'The inode keeps a checksum of the attribute value it holds, and the value has another: it was overwritten, or its write was lost. The kernel refuses to read the attribute. e2fsck does not look at the value.',
    say: (_: object) => 'the attribute value that the inode holds does not match its checksum',
  },
  'xattr-inode-flag-stray': {
    title: 'File is flagged as the value of an attribute',
    explain:
      'The inode has a name and no attribute uses it, but it carries the flag of inodes that hold attribute values. It is an ordinary file that got the flag by damage. Kernels since 6.4 refuse to open it.',
    say: (_: object) => 'the EA_INODE flag is set, but no attribute uses the inode and directory entries name it',
  },
  'xattr-inode-named': {
    title: 'Attribute value has a name',
    explain:
      'The inode holds the value of an extended attribute, and a directory entry names it as if it were a file. Kernels since 6.4 refuse to open it by that name; writing to it would change the attribute.',
    say: (d: { references: number }) =>
      `directory entries name the inode, which holds the value of ${d.references} attributes`,
  },
} satisfies ProblemTexts;

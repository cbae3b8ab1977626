/** The texts of the problems in value-inodes.ts. */
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'xattr-inode-refcount-wrong': {
    title: 'Inode with an attribute value has a wrong reference count',
    explain:
      'Several attributes may share one value, and the inode that holds it counts them. If the count is too low, the value can be freed while it is still used; it can be read today.',
    say: (d: { stored: number; expected: number }) =>
      `the reference count of the attribute value is ${d.stored}, should be ${d.expected}`,
  },
  'xattr-value-changed': {
    title: 'Attribute value does not match its checksum',
    explain:
      'The inode has a checksum of the attribute value that it holds, and the value does not match: it was overwritten, or its write was lost. The kernel refuses to read the attribute. e2fsck does not check the value.',
    say: (_: object) => 'the attribute value that the inode holds does not match its checksum',
  },
  'xattr-inode-flag-stray': {
    title: 'File is flagged as the value of an attribute',
    explain:
      'The inode has a name and no attribute uses it, but it has the flag of inodes that hold attribute values. It is an ordinary file with a damaged flag. Kernels since 6.4 refuse to open it.',
    say: (_: object) => 'the EA_INODE flag is set, but no attribute uses the inode and directory entries refer to it',
  },
  'xattr-inode-named': {
    title: 'Attribute value has a name',
    explain:
      'The inode holds the value of an extended attribute, and a directory entry refers to it as if it were a file. Kernels since 6.4 refuse to open it by that name; writing to it would change the attribute.',
    say: (d: { references: number }) =>
      `directory entries refer to the inode, which holds the value of ${d.references} attributes`,
  },
} satisfies ProblemTexts;

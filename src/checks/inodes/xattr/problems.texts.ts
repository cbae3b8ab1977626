/** The texts of the problems in xattr-problems.ts. */
import type { ProblemTexts } from '../../../problem/define';

export const texts = {
  'inode-extra-size-wrong': {
    title: 'Size of the extra inode fields is wrong',
    explain:
      'i_extra_isize is the number of used bytes after the first 128 of a large inode; here it is out of bounds or not a multiple of 4. The kernel refuses the inode, so the file or directory cannot be opened.',
    say: (d: { stored: number }) => `i_extra_isize is ${d.stored}`,
  },
  'xattr-body-collision': {
    title: 'Attributes in the inode overlap or do not fit',
    explain:
      'Entries and values of extended attributes share the space after the inode fields; here they overlap or do not fit. Attributes such as SELinux labels or capabilities of this file cannot be read.',
    say: (d: { offset: number }) =>
      `an attribute at byte ${d.offset} of the attribute area overlaps another or does not fit`,
  },
  'xattr-value-size': {
    title: 'Attribute value is too long',
    explain:
      'The value of an extended attribute is longer than the space that is left. Attributes of this file cannot be read.',
    say: (d: { size: number }) => `an attribute value of ${d.size} bytes does not fit`,
  },
  'xattr-hash-wrong': {
    title: 'Attribute hash is wrong',
    explain:
      'The hash of an attribute does not match its name and value: one of them changed. The value can be read, but may not be what was written.',
    say: (d: { stored: number }) =>
      `an attribute has hash 0x${d.stored.toString(16)}, which does not match its name and value`,
  },
  'xattr-block-unreadable': {
    title: 'Attribute block cannot be read',
    explain:
      'The block with the extended attributes of this file is outside the image or cannot be read. Its labels, ACLs or capabilities are lost.',
    say: (_: object) => 'the attribute block cannot be read',
  },
  'xattr-block-zero': {
    title: 'Attribute block contains only zeros',
    explain:
      'An attribute block that an inode uses contains only zeros: its write was lost. The labels, ACLs or capabilities of the file are lost.',
    say: (_: object) => 'the attribute block contains only zeros: its write was lost',
  },
  'xattr-block-magic': {
    title: 'Attribute block has no magic number',
    explain:
      'The block that should hold extended attributes holds something else. The labels, ACLs or capabilities of every file that uses it are lost.',
    say: (d: { stored: number }) => `the attribute block starts with 0x${d.stored.toString(16)}, should be 0xea020000`,
  },
  'xattr-block-count': {
    title: 'Attribute block has an impossible block count',
    explain:
      'Attributes fit in one block, so h_blocks must be 1. The kernel refuses the block, so the attributes of the file are lost.',
    say: (d: { stored: number }) => `h_blocks is ${d.stored}, should be 1`,
  },
  'xattr-block-collision': {
    title: 'Attributes in a block overlap or do not fit',
    explain:
      'Entries and values in an attribute block overlap each other or the end of the block. The attributes of every file that uses the block cannot be read.',
    say: (d: { offset: number }) => `an attribute at byte ${d.offset} of the block overlaps another or does not fit`,
  },
  'xattr-block-bad-name': {
    title: 'Attribute without a name space',
    explain:
      'Each attribute in a block belongs to a name space such as user or security; this one has none. The attributes after it cannot be found.',
    say: (d: { offset: number }) => `the attribute at byte ${d.offset} of the block has name index 0`,
  },
  'xattr-block-bad-value': {
    title: 'Attribute value is outside its block',
    explain: 'The value of an attribute is placed after the end of its block. The attribute cannot be read.',
    say: (d: { offset: number; size: number }) =>
      `the value of ${d.size} bytes of the attribute at byte ${d.offset} is outside the block`,
  },
  'xattr-block-checksum-wrong': {
    title: 'Checksum of an attribute block is wrong',
    explain:
      'The attribute block is valid but its checksum does not match. The kernel refuses it, so the attributes of the file cannot be read.',
    say: (_: object) => 'the checksum of the attribute block does not match its content',
  },
  'xattr-inode-without-feature': {
    title: 'Attribute value in an inode without the feature',
    explain:
      'The value of an attribute is stored in another inode, and the file system does not have that feature. The attribute cannot be read.',
    say: (d: { valueInode: number }) => `an attribute value is stored in inode ${d.valueInode}`,
  },
  'xattr-value-inode-invalid': {
    title: 'Attribute refers to an inode that does not hold its value',
    explain:
      'Large attribute values are stored in separate inodes. The inode to which this attribute refers does not exist or is another file: it lacks the flag of such inodes, and the checksums do not match. The attribute cannot be read.',
    say: (d: { valueInode: number }) =>
      `an attribute refers to inode ${d.valueInode} for its value, which does not hold one`,
  },
  'xattr-value-inode-flag-missing': {
    title: 'Inode with an attribute value lacks the required flag',
    explain:
      'The inode holds the value of the attribute, but lacks the flag of inodes that hold values. The kernel refuses to read the attribute; the value itself is intact.',
    say: (d: { valueInode: number }) => `inode ${d.valueInode} holds an attribute value, but lacks the EA_INODE flag`,
  },
  'xattr-value-inode-hash-wrong': {
    title: 'Attribute does not match its value in another inode',
    explain:
      'The hash of an attribute covers its name and the checksum of its value, which is in a separate inode. They do not match: the attribute or the inode changed, or the inode now holds the value of another attribute. The kernel refuses to read it.',
    say: (d: { valueInode: number; stored: number }) =>
      `an attribute has hash 0x${d.stored.toString(16)}, which does not match its value in inode ${d.valueInode}`,
  },
  'xattr-value-inode-size-wrong': {
    title: 'Attribute value in an inode has another length',
    explain:
      'The attribute has the length of its value, and the inode that holds the value has another size. The kernel refuses to read the attribute.',
    say: (d: { valueInode: number; stored: number; found: number }) =>
      `the attribute value in inode ${d.valueInode} has ${d.found} bytes, the attribute has the length ${d.stored}`,
  },
  'xattr-block-unsorted': {
    title: 'Attributes in a block are out of order',
    explain:
      'Attributes in a block must be in ascending order of name space, length and name, each only once. The kernel stops its search at the first attribute that would come later. Attributes in the wrong place are listed, but cannot be read or changed by name. A damaged name or a faulty tool causes this.',
    say: (d: { offset: number }) =>
      `the attribute at byte ${d.offset} of the block comes after one that must follow it`,
  },
} satisfies ProblemTexts;

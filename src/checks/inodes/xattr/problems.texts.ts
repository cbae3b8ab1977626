/** The texts of the problems in xattr-problems.ts. */
import type { ProblemTexts } from '../../../problem/define';

export const texts = {
  'inode-extra-size-wrong': {
    title: 'Size of the extra inode fields is wrong',
    explain:
      'i_extra_isize says how much of a large inode is used beyond 128 bytes; here it is out of bounds or odd. The kernel refuses the inode, so the file or directory cannot be opened.',
    say: (d: { stored: number }) => `i_extra_isize is ${d.stored}`,
  },
  'xattr-body-collision': {
    title: 'Attributes in the inode overlap or leave it',
    explain:
      'Entries and values of extended attributes share the space behind the inode fields; here they overlap or do not fit. Attributes such as SELinux labels or capabilities of this file cannot be read.',
    say: (d: { offset: number }) =>
      `an attribute at byte ${d.offset} of the attribute area overlaps another or does not fit`,
  },
  'xattr-value-size': {
    title: 'Attribute value is too long',
    explain:
      'The value of an extended attribute is longer than the room that is left. Attributes of this file cannot be read.',
    say: (d: { size: number }) => `an attribute value of ${d.size} bytes does not fit`,
  },
  'xattr-hash-wrong': {
    title: 'Attribute hash is wrong',
    explain:
      'The hash of an attribute does not fit its name and value: one of them changed. The value still reads, but may not be what was written.',
    say: (d: { stored: number }) =>
      `an attribute has hash 0x${d.stored.toString(16)}, which does not fit its name and value`,
  },
  'xattr-block-unreadable': {
    title: 'Attribute block cannot be read',
    explain:
      'The block with the extended attributes of this file lies outside the image or cannot be read. Its labels, ACLs or capabilities are lost.',
    say: (_: object) => 'the attribute block cannot be read',
  },
  'xattr-block-zero': {
    title: 'Attribute block holds only zeros',
    explain:
      'An attribute block that an inode uses is wholly zero: the write was lost. The labels, ACLs or capabilities of the file are gone.',
    say: (_: object) => 'the attribute block is wholly zero: its write was lost',
  },
  'xattr-block-magic': {
    title: 'Attribute block has no magic number',
    explain:
      'The block that should hold extended attributes holds something else. The labels, ACLs or capabilities of every file that uses it are lost.',
    say: (d: { stored: number }) => `the attribute block starts with 0x${d.stored.toString(16)}, should be 0xea020000`,
  },
  'xattr-block-count': {
    title: 'Attribute block claims to be several',
    explain:
      'Attributes fit in one block; h_blocks must be 1. The kernel refuses the block, so the attributes of the file are lost.',
    say: (d: { stored: number }) => `h_blocks is ${d.stored}, should be 1`,
  },
  'xattr-block-collision': {
    title: 'Attributes in a block overlap or leave it',
    explain:
      'Entries and values in an attribute block overlap each other or its end. The attributes of every file that uses the block cannot be read.',
    say: (d: { offset: number }) => `an attribute at byte ${d.offset} of the block overlaps another or does not fit`,
  },
  'xattr-block-bad-name': {
    title: 'Attribute without a name space',
    explain:
      'Each attribute in a block belongs to a name space such as user or security; this one has none. The attributes behind it cannot be found.',
    say: (d: { offset: number }) => `the attribute at byte ${d.offset} of the block has name index 0`,
  },
  'xattr-block-bad-value': {
    title: 'Attribute value lies outside its block',
    explain: 'The value of an attribute is said to lie beyond the end of its block. The attribute cannot be read.',
    say: (d: { offset: number; size: number }) =>
      `the value of ${d.size} bytes of the attribute at byte ${d.offset} lies outside the block`,
  },
  'xattr-block-checksum-wrong': {
    title: 'Checksum of an attribute block is wrong',
    explain:
      'The attribute block makes sense but its checksum does not fit. The kernel refuses it, so the attributes of the file cannot be read.',
    say: (_: object) => 'the checksum of the attribute block does not match its content',
  },
  'xattr-inode-without-feature': {
    title: 'Attribute value in an inode, without the feature',
    explain:
      'An attribute says its value lies in another inode, and the file system does not have that feature. The attribute cannot be read.',
    say: (d: { valueInode: number }) => `an attribute value is said to lie in inode ${d.valueInode}`,
  },
  'xattr-value-inode-invalid': {
    title: 'Attribute value in an inode that holds none',
    explain:
      'Large attribute values lie in inodes of their own. The inode that is named here does not exist, or is another file: it lacks the flag of such inodes, and the checksums do not fit. The attribute cannot be read.',
    say: (d: { valueInode: number }) =>
      `an attribute value is said to lie in inode ${d.valueInode}, which holds no such value`,
  },
  'xattr-value-inode-flag-missing': {
    title: 'Inode with an attribute value lacks the flag for it',
    explain:
      'The inode holds the value that the attribute asks for, but is not marked as one that holds values. The kernel refuses to read the attribute; the value itself is there.',
    say: (d: { valueInode: number }) => `inode ${d.valueInode} holds an attribute value, but lacks the EA_INODE flag`,
  },
  'xattr-value-inode-hash-wrong': {
    title: 'Attribute does not fit its value in another inode',
    explain:
      'The hash of an attribute covers its name and the checksum of its value, which lies in an inode of its own. They do not fit: the attribute or the inode changed, or the inode now holds the value of another attribute. The kernel refuses to read it.',
    say: (d: { valueInode: number; stored: number }) =>
      `an attribute has hash 0x${d.stored.toString(16)}, which does not fit its value in inode ${d.valueInode}`,
  },
  'xattr-value-inode-size-wrong': {
    title: 'Attribute value in an inode has another length',
    explain:
      'The attribute says how long its value is, and the inode that holds the value has another size. The kernel refuses to read the attribute.',
    say: (d: { valueInode: number; stored: number; found: number }) =>
      `the attribute value in inode ${d.valueInode} has ${d.found} bytes, the attribute says ${d.stored}`,
  },
  'xattr-block-unsorted': {
    title: 'Attributes in a block are out of order',
    explain:
      'The kernel expects the attributes in a block in ascending order of name space, length and name, each once, and stops looking at the first one behind the place. Attributes that stand elsewhere are listed, but cannot be read or changed by name. A damaged name or a faulty tool causes this.',
    say: (d: { offset: number }) =>
      `the attribute at byte ${d.offset} of the block stands behind one that must follow it`,
  },
} satisfies ProblemTexts;

import { problems } from '../../../src/checks/inodes/encryption';
import { incompat } from '../../../src/layout/features';
import { inodeFlags } from '../../../src/layout/inode';
import { xattrEntry, xattrIndex } from '../../../src/layout/xattr';
import { testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { addFlags, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');

/** Makes /etc/passwd, which has one attribute in its inode, an encrypted file. */
function encrypt(image: TestImage): TestImage {
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.encrypt });
  return addFlags(image, tree.passwd, inodeFlags.ENCRYPT);
}

/** The same with a policy in place of the attribute: `size` bytes, of which the first is its version. */
const withPolicy =
  (version: number, size: number, nameIndex = xattrIndex.ENCRYPTION) =>
  (image: TestImage) => {
    const entry = image.inodeAt(tree.passwd) + 128 + 32 + 4;
    image.fill(entry, 92);
    image.poke(xattrEntry.e_name_len, entry, 1).poke(xattrEntry.e_name_index, entry, nameIndex);
    image.poke(xattrEntry.e_value_offs, entry, 48).poke(xattrEntry.e_value_size, entry, size);
    image.fill(entry + 16, 1, 0x63).fill(entry + 48, 1, version);
    return encrypt(image);
  };

/** Inode 12, a file with an attribute `c` whose value lies in inode 13. */
const valueInInode = () =>
  makeImage({
    size: '2M',
    options: '-t ext4 -b 1024 -I 256 -O ea_inode,encrypt,^has_journal,^metadata_csum',
    commands: ['write /dev/null file', `ea_set file user.c ${'w'.repeat(1024)}`],
    settle: true,
  });

function encryptOwner(image: TestImage, nameIndex: number): TestImage {
  const entry = image.inodeAt(12) + 128 + 32 + 4;
  return addFlags(image.poke(xattrEntry.e_name_index, entry, nameIndex), 12, inodeFlags.ENCRYPT);
}

testWithWholeCheck(problems, [
  {
    name: 'an encrypted file without a policy',
    image: ext2,
    damage: encrypt,
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'an encrypted file with checksums and without a policy',
    image: ext4,
    damage: encrypt,
    findings: ['superblock-backup-older', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a policy in another name space',
    image: ext2,
    damage: withPolicy(1, 28, 1),
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a sound policy of version 1',
    image: ext2,
    damage: withPolicy(1, 28),
    findings: ['superblock-backup-older', 'superblock-backup-older'],
  },
  {
    name: 'a sound policy of version 2',
    image: ext4,
    damage: withPolicy(2, 40),
    findings: ['superblock-backup-older'],
  },
  {
    name: 'a policy of a version to come',
    image: ext2,
    damage: withPolicy(3, 33),
    findings: ['superblock-backup-older', 'superblock-backup-older'],
  },
  {
    name: 'a policy of version 1 that is too long',
    image: ext2,
    damage: withPolicy(1, 40),
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-corrupt 0x01008b'],
  },
  {
    name: 'a policy of version 2 that is too short',
    image: ext4,
    damage: withPolicy(2, 28),
    findings: ['superblock-backup-older', 'encryption-policy-corrupt 0x01008b'],
  },
  {
    name: 'a policy of version 0',
    image: ext2,
    damage: withPolicy(0, 28),
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-corrupt 0x01008b'],
  },
  {
    name: 'an empty policy',
    image: ext2,
    damage: withPolicy(1, 0),
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-corrupt 0x01008b'],
  },
  {
    name: 'an encrypted root directory without a policy',
    image: ext2,
    damage: (image) => {
      encrypt(image).setInode(tree.passwd, { i_flags: 0 });
      return addFlags(image, 2, inodeFlags.ENCRYPT);
    },
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a policy beside an attribute whose hash is wrong',
    image: ext2,
    damage: (image) => {
      withPolicy(1, 28)(image);
      return image.poke(xattrEntry.e_hash, image.inodeAt(tree.passwd) + 128 + 32 + 4, 5);
    },
    findings: [
      'superblock-backup-older',
      'superblock-backup-older',
      'xattr-hash-wrong 0x010054',
      'encryption-policy-missing 0x01008a',
    ],
  },
  {
    name: 'a policy that reaches out of the inode',
    image: ext2,
    damage: (image) => {
      withPolicy(2, 40)(image);
      return image.poke(xattrEntry.e_value_offs, image.inodeAt(tree.passwd) + 128 + 32 + 4, 64);
    },
    findings: [
      'superblock-backup-older',
      'superblock-backup-older',
      'xattr-body-collision 0x010069',
      'encryption-policy-missing 0x01008a',
    ],
  },
  {
    name: 'a sound policy in an inode whose checksum is wrong',
    image: ext4,
    damage: (image) => {
      withPolicy(1, 28)(image);
      return image.fill(image.inodeAt(tree.passwd) + 100, 1, 77);
    },
    findings: ['superblock-backup-older', 'inode-checksum-wrong 0x010068', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a policy in a name space that nobody knows',
    image: ext2,
    damage: withPolicy(1, 28, 5),
    e2fsckDiffers: 'it asks for the name alone, the kernel for the name space too',
    findings: ['superblock-backup-older', 'superblock-backup-older', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a quota inode that no quota uses, marked as encrypted',
    image: ext2,
    damage: (image) => image.setInode(3, { i_flags: inodeFlags.ENCRYPT, i_links_count: 1, i_mode: 0o100600 }),
    findings: ['quota-inode-not-clear 0x010063', 'encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a policy of a version to come in an inode of its own',
    native: true,
    image: valueInInode,
    damage: (image) => encryptOwner(image, xattrIndex.ENCRYPTION),
    findings: [],
  },
  {
    name: 'a policy of a known version in an inode of its own, too long for it',
    native: true,
    image: valueInInode,
    damage: (image) => {
      encryptOwner(image, xattrIndex.ENCRYPTION);
      const place = image.bytes.indexOf(0x77, image.blockAt(image.made.firstDataBlock + 1));
      return image.fill(place, 1, 1);
    },
    findings: ['encryption-policy-corrupt 0x01008b', 'xattr-value-changed'],
  },
  {
    name: 'no policy beside a value in an inode of its own',
    native: true,
    image: valueInInode,
    damage: (image) => encryptOwner(image, 1),
    findings: ['encryption-policy-missing 0x01008a'],
  },
  {
    name: 'a policy in an inode of its own that is deleted',
    native: true,
    image: valueInInode,
    damage: (image) => encryptOwner(image, xattrIndex.ENCRYPTION).setInode(13, { i_links_count: 0 }),
    findings: [
      'inode-unused-without-dtime 0x010004',
      'encryption-policy-missing 0x01008a',
      'block-marked-unused 0x050004',
      'inode-marked-unused 0x050008',
    ],
  },
]);

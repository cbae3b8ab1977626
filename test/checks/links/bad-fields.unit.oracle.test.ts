import { problems } from '../../../src/checks/links/bad-fields';
import { compat } from '../../../src/layout/features';
import { fileType, hurdFragmentOffset, inodeFlags } from '../../../src/layout/inode';
import { creatorHurd } from '../../../src/layout/superblock';
import { testWithWholeCheck } from '../../support/check-damages';
import { TestDirectory } from '../../support/directory';
import { TestImage } from '../../support/image';
import { addFlags, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
/** One group, so that no backup of the superblock differs. */
const small = () => TestImage.load('ext2-128-inode');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);
const { INDEX, EXTENTS, IMMUTABLE, APPEND } = inodeFlags;

testWithWholeCheck(problems, [
  {
    name: 'a fragment address',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_faddr: 7 }),
    findings: ['inode-faddr-set 0x02000d'],
  },
  {
    name: 'a fragment address in a directory, which is named three times',
    image: ext2,
    damage: (image) => image.setInode(tree.etc, { i_faddr: 7 }),
    findings: ['inode-faddr-set 0x02000d'],
  },
  {
    name: 'a fragment address in a file without a name',
    image: ext2,
    damage: (image) => {
      image.setInode(tree.fstab, { i_faddr: 7 });
      return at(image, '/etc').remove('fstab').image;
    },
    findings: ['inode-faddr-set 0x02000d', 'inode-unattached 0x040002'],
  },
  {
    name: 'fragments of the Hurd',
    image: small,
    damage: (image) => {
      image.setSuper({ s_creator_os: creatorHurd });
      return image.fill(image.inodeAt(tree.fstab) + hurdFragmentOffset, 2, 3);
    },
    findings: ['inode-fragment-number-set 0x020010', 'inode-fragment-size-set 0x020011'],
  },
  {
    name: 'a high half of the block count without the feature',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_blocks_high: 1 }),
    findings: ['inode-blocks-high-set 0x020044'],
  },
  {
    name: 'a high half of the attribute block without the feature',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_file_acl_high: 1 }),
    findings: ['xattr-block-high-set 0x020048'],
  },
  {
    name: 'attribute blocks without the feature',
    image: small,
    damage: (image) => image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat & ~compat.ext_attr }),
    findings: [
      ...Array<string>(4).fill('inode-blocks-wrong 0x01000d'),
      ...Array<string>(4).fill('xattr-block-without-feature 0x02000e'),
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'an attribute block that does not exist',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_file_acl_lo: image.made.blocksCount }),
    findings: ['xattr-block-out-of-range 0x020032'],
  },
  {
    name: 'a high half of the size of a directory',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_size_high: 1 }),
    findings: ['inode-size-wrong 0x01000c', 'directory-size-high-set 0x02000f'],
  },
  {
    name: 'a file of no known type',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_mode: 0o644 }),
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a file of a type that does not exist',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_mode: 0o110644 }),
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a character device with a hash index',
    image: ext2,
    damage: (image) => addFlags(image, 61, INDEX),
    findings: [
      'htree-not-directory 0x010048',
      'htree-root-invalid 0x010049',
      'entry-type-wrong 0x020028',
      'special-inode-invalid 0x020018',
    ],
  },
  {
    name: 'a block device with extents',
    image: ext4,
    damage: (image) => addFlags(image, tree.vda, EXTENTS),
    findings: ['entry-type-wrong 0x020028', 'special-inode-invalid 0x020019'],
  },
  {
    name: 'an immutable pipe with block numbers',
    image: ext2,
    damage: (image) => addFlags(image, tree.pipe, IMMUTABLE).setBlockWord(tree.pipe, 9, 5),
    findings: ['entry-type-wrong 0x020028', 'special-inode-invalid 0x020025'],
  },
  {
    name: 'an append-only socket with block numbers',
    image: ext2,
    damage: (image) => {
      image.setInode(tree.pipe, { i_mode: fileType.SOCKET | 0o600 });
      addFlags(image, tree.pipe, APPEND).setBlockWord(tree.pipe, 14, 5);
      return at(image, '/run').set('initctl', { file_type: 6 }).image;
    },
    findings: ['entry-type-wrong 0x020028', 'special-inode-invalid 0x020026'],
  },
  {
    name: 'a short symlink whose size is wrong',
    image: ext4,
    damage: (image) => image.setInode(tree.fast, { i_size_lo: 58 }),
    findings: ['entry-type-wrong 0x020028', 'symlink-invalid 0x020031'],
  },
  {
    name: 'a long symlink whose size is wrong',
    image: ext2,
    damage: (image) => image.setInode(tree.slow, { i_size_lo: 61 }),
    findings: ['entry-type-wrong 0x020028', 'symlink-invalid 0x020031'],
  },
  {
    name: 'a long symlink without its block',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.slow, 0, 0).setInode(tree.slow, { i_blocks_lo: 0 }),
    findings: ['entry-type-wrong 0x020028', 'symlink-invalid 0x020031', 'block-marked-unused 0x050004'],
  },
  {
    name: 'an empty symlink',
    image: ext2,
    damage: (image) => image.setInode(tree.fast, { i_size_lo: 0 }),
    findings: ['entry-type-wrong 0x020028', 'symlink-invalid 0x020031'],
  },
  {
    name: 'a symlink with a hash index and a fragment address',
    image: ext4,
    damage: (image) => addFlags(image, tree.fast, INDEX).setInode(tree.fast, { i_faddr: 1 }),
    findings: [
      'htree-not-directory 0x010048',
      'htree-root-invalid 0x010049',
      'entry-type-wrong 0x020028',
      'symlink-invalid 0x020031',
      'inode-faddr-set 0x02000d',
    ],
  },
]);

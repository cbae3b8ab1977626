import { problems } from '../../../src/checks/inodes/flags';
import { incompat } from '../../../src/layout/features';
import { inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { addFlags, blockWord, setBlockWords, tree } from '../../support/tree';

const { CASEFOLD, EA_INODE, INLINE_DATA, EXTENTS, IMAGIC, IMMUTABLE, APPEND } = inodeFlags;
const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
/** Small files and a directory inside their inodes. */
const inline = () =>
  makeImage({
    size: '2M',
    options: '-t ext4 -b 1024 -I 256 -O inline_data,^has_journal',
    commands: ['mkdir d'],
    settle: true,
  });
const without = (image: TestImage, bit: number): TestImage =>
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat & ~bit });

testWithWholeCheck(problems, [
  {
    name: 'casefold on a file',
    image: ext2,
    damage: (image) => addFlags(image, tree.fstab, CASEFOLD),
    findings: ['inode-casefold-not-directory 0x010088', 'inode-casefold-without-feature 0x010089'],
  },
  {
    name: 'casefold on a directory without the feature',
    image: ext2,
    damage: (image) => addFlags(image, tree.home, CASEFOLD),
    findings: ['inode-casefold-without-feature 0x010089'],
  },
  {
    name: 'an attribute value that is a directory',
    image: ext2,
    damage: (image) => addFlags(image, tree.home, EA_INODE),
    findings: ['xattr-inode-not-regular'],
  },
  {
    name: 'a device with inline data',
    image: ext4,
    damage: (image) => addFlags(image, tree.vda, INLINE_DATA),
    findings: ['inode-inline-without-feature 0x010070', 'special-inode-with-data-flags 0x010076'],
  },
  {
    name: 'a device with inline data and extents',
    image: ext4,
    damage: (image) => addFlags(image, tree.vda, INLINE_DATA | EXTENTS),
    findings: [
      'special-inode-with-data-flags 0x010076',
      'inode-inline-without-feature 0x010070',
      'entry-type-wrong 0x020028',
      'special-inode-invalid 0x020019',
    ],
  },
  {
    name: 'inline data and a sound extent tree',
    image: ext4,
    damage: (image) => addFlags(image, tree.fstab, INLINE_DATA),
    findings: [
      'inode-inline-and-extents 0x010077',
      'inode-inline-and-extents 0x010078',
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'inline data and extents on a symlink with a block',
    image: ext4,
    damage: (image) => addFlags(image, tree.slow, INLINE_DATA),
    findings: [
      'inode-inline-and-extents 0x010077',
      'inode-inline-and-extents 0x010078',
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'symlink-fast-with-extents-flag 0x01005d',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'symlink-invalid 0x020031',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'inline data and extents, and extra fields beyond the inode',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) =>
      setBlockWords(
        addFlags(image, tree.empty, INLINE_DATA).setInode(tree.empty, {
          i_extra_isize: 60_000,
          i_size_high: 0xffffffff,
          i_size_lo: 0xffff0000,
        }),
        tree.empty,
        0xf0f0f0f0,
      ),
    findings: [
      'inode-inline-and-extents 0x010078',
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'inode-extra-size-wrong 0x01004f',
      'inode-size-wrong 0x01000c',
    ],
  },
  {
    name: 'inline data and extents, extra fields beyond the inode, and the largest size',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) =>
      setBlockWords(
        addFlags(image, tree.empty, INLINE_DATA).setInode(tree.empty, {
          i_extra_isize: 60_000,
          i_size_high: 0xffffffff,
          i_size_lo: 0xffffffff,
        }),
        tree.empty,
        0xf0f0f0f0,
      ),
    findings: [
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'inode-extra-size-wrong 0x01004f',
      'inode-size-wrong 0x01000c',
    ],
  },
  {
    name: 'inline data and extents, and block numbers instead of either',
    image: ext4,
    damage: (image) => setBlockWords(addFlags(image, tree.initrd, INLINE_DATA), tree.initrd, 500, 501),
    findings: [
      'inode-inline-and-extents 0x010079',
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'inline data and extents, and neither in the inode',
    image: ext4,
    damage: (image) => setBlockWords(addFlags(image, tree.initrd, INLINE_DATA), tree.initrd, 0xf0f0f0f0),
    findings: [
      'inode-inline-and-extents 0x01007a',
      'inode-inline-without-feature 0x010070',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'inline data without the feature',
    image: ext2,
    damage: (image) => addFlags(image, tree.fstab, INLINE_DATA),
    findings: ['inode-inline-without-feature 0x010070', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'sound inline data without the feature',
    native: true,
    image: inline,
    damage: (image) => without(image, incompat.inline_data),
    findings: [
      'inode-inline-without-feature 0x01006f',
      'inode-inline-without-feature 0x010070',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'inline data that is not there',
    image: ext4,
    damage: (image) => {
      image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.inline_data });
      return setBlockWords(image.setInode(tree.empty, { i_flags: INLINE_DATA }), tree.empty);
    },
    findings: ['superblock-backup-older', 'inode-inline-data-missing 0x010075'],
  },
  {
    name: 'the extents flag on a block map',
    image: ext2,
    damage: (image) => addFlags(image, tree.fstab, EXTENTS),
    findings: ['inode-extents-without-feature 0x01005a', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'sound extents without the feature',
    image: ext2,
    damage: (image) => {
      const block = blockWord(image, tree.fstab, 0);
      addFlags(image, tree.fstab, EXTENTS);
      return setBlockWords(image, tree.fstab, 0x0001f30a, 4, 0, 0, 1, block);
    },
    findings: ['superblock-extent-feature-missing 0x01005b', 'inode-extents-without-feature 0x01005a'],
  },
  {
    name: 'sound extents without the flag',
    image: ext4,
    damage: (image) => image.setInode(tree.fstab, { i_flags: 0 }),
    findings: [
      'inode-extents-flag-missing 0x01005c',
      'block-out-of-range 0x01000e',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'file-shares-with 0x013002',
    ],
  },
  {
    name: 'the imagic flag',
    image: ext2,
    damage: (image) => addFlags(image, tree.fstab, IMAGIC),
    findings: ['inode-imagic-flag 0x01002f'],
  },
  {
    name: 'an immutable device',
    image: ext4,
    damage: (image) => addFlags(image, tree.vda, IMMUTABLE),
    findings: ['special-inode-immutable 0x010030'],
  },
  {
    name: 'an append-only pipe',
    image: ext2,
    damage: (image) => addFlags(image, tree.pipe, APPEND),
    findings: ['special-inode-immutable 0x010030'],
  },
  {
    name: 'an immutable short symlink',
    image: ext2,
    damage: (image) => addFlags(image, tree.fast, IMMUTABLE),
    findings: ['special-inode-immutable 0x010030'],
  },
  {
    name: 'an append-only long symlink',
    image: ext4,
    damage: (image) => addFlags(image, tree.slow, APPEND),
    findings: ['special-inode-immutable 0x010030'],
  },
  {
    name: 'an immutable file',
    image: ext4,
    damage: (image) => addFlags(image, tree.fstab, IMMUTABLE | APPEND),
    findings: [],
  },
  {
    name: 'a pipe with a size',
    image: ext4,
    damage: (image) => image.setInode(tree.pipe, { i_size_lo: 4096 }),
    findings: ['special-inode-with-size 0x010032'],
  },
  {
    name: 'a device with the high half of a size',
    image: ext2,
    damage: (image) => image.setInode(tree.vda, { i_size_high: 1 }),
    findings: ['special-inode-with-size 0x010032'],
  },
  {
    name: 'a short symlink with the extents flag',
    image: ext4,
    damage: (image) => addFlags(image, tree.fast, EXTENTS),
    findings: ['symlink-fast-with-extents-flag 0x01005d', 'entry-type-wrong 0x020028', 'symlink-invalid 0x020031'],
  },
  {
    name: 'a short symlink with blocks, where attribute values may be in inodes',
    image: ext2,
    damage: (image) =>
      image
        .setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.ea_inode })
        .setInode(tree.fast, { i_blocks_lo: 2 }),
    findings: [
      'superblock-backup-differs',
      'superblock-backup-differs',
      'symlink-misread-by-e2fsck 0x01000e',
      'inode-blocks-wrong 0x01000d',
    ],
    e2fsckDiffers: 'e2fsck 1.47.0 follows the words of the target as numbers of blocks',
  },
]);

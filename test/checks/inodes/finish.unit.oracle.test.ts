import { problems } from '../../../src/checks/inodes/finish';
import { roCompat } from '../../../src/layout/features';
import { dxRootInfo, dxRootInfoOffset } from '../../../src/layout/htree';
import { inode } from '../../../src/layout/inode';
import { xattrHeader } from '../../../src/layout/xattr';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { blockWord, restampXattrBlock, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const old = () => TestImage.load('ext2-rev0');

const setUsers = (image: TestImage, ino: number, users: number): TestImage => {
  const block = inode.i_file_acl_lo(image.view, image.inodeAt(ino));
  return restampXattrBlock(image.poke(xattrHeader.h_refcount, image.blockAt(block), users), block);
};

testWithWholeCheck(problems, [
  {
    name: 'an attribute block with one user, and two said',
    image: ext4,
    damage: (image) => setUsers(image, tree.cos, 2),
    findings: ['xattr-refcount-wrong 0x01003c'],
  },
  {
    name: 'attribute blocks with no user said, and with too many',
    image: ext2,
    damage: (image) => setUsers(setUsers(image, tree.cos, 0), tree.osRelease, 1025),
    findings: ['xattr-refcount-wrong 0x01003c', 'xattr-refcount-wrong 0x01003c'],
  },
  {
    name: 'a deep index without the feature',
    image: ext2,
    damage: (image) =>
      image.poke(dxRootInfo.indirect_levels, image.blockAt(blockWord(image, tree.many, 0)) + dxRootInfoOffset, 3),
    findings: [
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
      'htree-root-bad 0x02003c',
      ...times(5, 'htree-depth-uneven 0x020040'),
    ],
  },
  {
    name: 'a large file without the feature',
    image: ext2,
    damage: (image) =>
      image
        .setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat & ~roCompat.large_file })
        .setInode(tree.fstab, { i_size_lo: 0x80000000 }),
    findings: ['superblock-large-file-missing 0x020033'],
  },
  {
    name: 'a file just small enough',
    image: ext2,
    damage: (image) =>
      image
        .setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat & ~roCompat.large_file })
        .setInode(tree.fstab, { i_size_lo: 0x7fffffff }),
    findings: [],
  },
  {
    name: 'a large file in revision 0',
    image: old,
    damage: (image) => image.setInode(tree.fstab, { i_size_lo: 0x80000000 }),
    findings: ['superblock-large-file-missing 0x020033', 'superblock-revision-too-old 0x010033'],
  },
]);

import { problems } from '../../../src/checks/inodes/disguised';
import {
  extentCapacity,
  extentEntrySize,
  extentHeader,
  extentIndex,
  extentLeaf,
  extentMagic,
} from '../../../src/layout/extent';
import { testWithWholeCheck } from '../../support/check-damages';
import { TestImage } from '../../support/image';
import { iBlockAt, setNode, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');

/** A block that nothing uses. */
const free = 2000;

/** Moves the extent root of /home into a node of its own. */
function behindNode(image: TestImage): TestImage {
  const root = iBlockAt(image, tree.home);
  image.bytes.copyWithin(image.blockAt(free), root, root + 60);
  image.poke(extentHeader.eh_max, image.blockAt(free), extentCapacity(image.made.blockSize));
  image.poke(extentHeader.eh_depth, root, 1).poke(extentHeader.eh_entries, root, 1);
  image.fill(root + extentEntrySize, 48).poke(extentIndex.ei_leaf_lo, root + extentEntrySize, free);
  return setNode(image.restampInode(tree.home), tree.home, free, 0, extentHeader.eh_magic, extentMagic);
}

testWithWholeCheck(problems, [
  {
    name: 'a directory with the mode of a pipe',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o010755 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory with the mode of a device',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o020755 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory with one link and the mode of a device',
    image: ext2,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o020755, i_links_count: 1 }),
    findings: [
      'special-inode-with-size 0x010032',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory of extents with a mode that does not exist',
    image: ext4,
    damage: (image) => image.setInode(tree.home, { i_mode: 0o070755 }),
    findings: [
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a directory behind a node of extents, with a mode that does not exist',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) => behindNode(image).setInode(tree.home, { i_mode: 0o755 }),
    findings: [
      'inode-looks-like-directory 0x010055',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'the same, with a node that does not start at the first block',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) => {
      behindNode(image).setInode(tree.home, { i_mode: 0o755 });
      return setNode(image, tree.home, free, 1, extentLeaf.ee_block, 1);
    },
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'the same, with a node that is none',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) => {
      behindNode(image).setInode(tree.home, { i_mode: 0o755 });
      return setNode(image, tree.home, free, 0, extentHeader.eh_magic, 1);
    },
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'the same, with a node whose checksum is wrong',
    image: () => TestImage.load('ext4-nojournal'),
    damage: (image) => {
      behindNode(image).setInode(tree.home, { i_mode: 0o755 });
      return image.poke(extentHeader.eh_generation, image.blockAt(free), 1);
    },
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a file with a mode that does not exist',
    image: ext2,
    damage: (image) => image.setInode(tree.fstab, { i_mode: 0o030644 }),
    findings: [
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-mode-invalid 0x020012',
      'block-marked-unused 0x050004',
    ],
  },
]);

import { problems } from '../../../src/checks/inodes/mapping/block-map';
import { roCompat } from '../../../src/layout/features';
import { groupDesc } from '../../../src/layout/group';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { blockWord, setBlockWords, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const hugeBlocks = () =>
  makeImage({ size: '4M', options: '-b 65536 -O ^resize_inode', commands: ['mkdir d'], settle: true });
const madeFile = 12;
/** Blocks that nothing uses, one behind the other. */
const free = 3500;
const setWord = (image: TestImage, block: number, i: number, value: number): void =>
  image.view.setUint32(image.blockAt(block) + i * 4, value, true);

testWithWholeCheck(problems, [
  {
    name: 'a block behind the end',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.initrd, 3, image.made.blocksCount),
    findings: ['block-out-of-range 0x01000e', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'a block number of all ones',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.initrd, 3, 0xffffffff),
    findings: ['block-out-of-range 0x01000e', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'an indirect block behind the end',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.initrd, 12, 0x10000000),
    findings: ['block-out-of-range 0x01000e', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'a directory block behind the end',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.many, 5, 5000),
    findings: [
      'block-out-of-range 0x01000e',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'htree-block-missing 0x02003a',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'twelve blocks behind the end',
    image: ext2,
    damage: (image) => setBlockWords(image, tree.initrd, ...Array.from({ length: 12 }, (_, i) => 5000 + i)),
    findings: [
      ...times(11, 'block-out-of-range 0x01000e'),
      'inode-many-bad-blocks 0x010011',
      'block-out-of-range 0x01000e',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a directory block beyond 2 GiB',
    image: ext2,
    // of a triple indirect tree, the 124th double one: from block 12 + 256 + 65536 * 124 on, where 2^21 are allowed
    damage: (image) => {
      image.setBlockWord(tree.home, 14, free);
      setWord(image, free, 40, free + 1);
      setWord(image, free + 1, 0, free + 2);
      setWord(image, free + 2, 0, free + 3);
      return image;
    },
    findings: ['directory-too-big-block 0x010044', 'inode-blocks-wrong 0x01000d', 'block-used-marked-free 0x050015'],
  },
  {
    name: 'a file that maps the same blocks over and over',
    native: true,
    image: hugeBlocks,
    damage: (image) => {
      image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | roCompat.shared_blocks });
      // 2^25 - 1 blocks are allowed: the double indirect one, 2,047 times an indirect one and its 16,384 blocks, and of
      // another indirect one as many blocks as are left, and two more
      const [double, full, part, data] = [50, 51, 52, 53];
      for (let i = 0; i < 2047; i++) setWord(image, double, i, full);
      setWord(image, double, 2047, part);
      for (let i = 0; i < 16384; i++) setWord(image, full, i, data + (i % 8));
      for (let i = 0; i < 2 ** 25 - 1 - 1 - 2047 * 16385 - 1 + 2; i++) setWord(image, part, i, data + (i % 8));
      return image
        .setInode(madeFile, { i_mode: 0o100644 })
        .setBlockWord(madeFile, 0, 0)
        .setBlockWord(madeFile, 13, double);
    },
    findings: [
      'file-too-big-block 0x010045',
      'file-too-big-block 0x010045',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'block-used-marked-free 0x050015',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a symlink of two blocks',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.slow, 1, free),
    findings: ['symlink-too-big-block 0x010046', 'entry-type-wrong 0x020028', 'symlink-invalid 0x020031'],
  },
  {
    name: 'an indirect block that is the block bitmap',
    image: ext2,
    damage: (image) => image.setBlockWord(tree.initrd, 12, groupDesc.bg_block_bitmap_lo(image.view, image.groupAt(2))),
    findings: [
      'mapping-on-metadata 0x010071',
      'inode-blocks-wrong 0x01000d',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'block-marked-unused 0x050014',
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'an indirect block behind the end of the image',
    image: ext2,
    damage: (image) => {
      const last = image.made.blocksCount - 1;
      return image.setBlockWord(tree.initrd, 12, last).resized(image.blockAt(last));
    },
    findings: [
      'image-truncated 0x000005',
      'mapping-unreadable 0x010029',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'an indirect block of zeros',
    image: ext2,
    damage: (image) => image.fill(image.blockAt(blockWord(image, tree.initrd, 12)), 1024),
    findings: ['indirect-block-zero', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'a triple indirect block of zeros',
    image: ext2,
    damage: (image) => image.fill(image.blockAt(blockWord(image, tree.holesTriple, 14)), 1024),
    findings: ['indirect-block-zero', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
]);

/** Damages that the fuzzer found, each reduced to what matters. */
import { expect } from 'vitest';
import { extentCapacity, extentEntrySize, extentHeader, extentIndex } from '../../src/layout/extent';
import { iBlockSize, inode } from '../../src/layout/inode';
import { groupFirstBlock } from '../../src/volume/geometry';
import { checkWhole, testWithWholeCheck } from '../support/check-damages';
import { TestImage } from '../support/image';
import { unitTest } from '../support/project-tests';
import { iBlockAt, setRoot, tree } from '../support/tree';

testWithWholeCheck({}, [
  {
    name: 'a tail of unused inodes longer than all inode tables before it, without the feature for it',
    image: () => TestImage.load('ext2-128-inode'),
    damage: (image) => image.setGroup(0, { bg_itable_unused_lo: image.made.inodesPerGroup + 2 }),
    findings: ['group-uninit-without-checksums 0x000036'],
  },
  {
    name: 'a long symlink whose extent root has room for one entry too many',
    image: () => TestImage.load('ext4-4k-csum'),
    damage: (image) => setRoot(image, tree.slow, 0, extentHeader.eh_max, 5),
    findings: [
      'extent-root-missing 0x010081',
      'inode-blocks-wrong 0x01000d',
      'entry-type-wrong 0x020028',
      'symlink-invalid 0x020031',
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'an indexed directory whose first block is found through a node with a wrong checksum',
    image: () => TestImage.load('ext4-1k-csum-tree'),
    damage: (image) => {
      const [root, node] = [iBlockAt(image, tree.many), image.made.blocksCount - 1];
      const at = image.blockAt(node);
      image.bytes.copyWithin(at, root, root + iBlockSize);
      image.poke(extentHeader.eh_max, at, extentCapacity(image.made.blockSize));
      image.poke(extentHeader.eh_entries, root, 1).poke(extentHeader.eh_depth, root, 1);
      image.poke(extentIndex.ei_leaf_lo, root + extentEntrySize, node);
      image.poke(extentIndex.ei_leaf_hi, root + extentEntrySize, 0);
      const blocks = inode.i_blocks_lo(image.view, image.inodeAt(tree.many));
      return image.setInode(tree.many, { i_blocks_lo: blocks + image.made.blockSize / 512 });
    },
    findings: ['extent-node-checksum-wrong 0x01006a', 'htree-root-invalid 0x010049', 'block-used-marked-free 0x050005'],
  },
]);

unitTest('no place is named that cannot be: descriptors of nothing but ones', async () => {
  const image = TestImage.load('ext4-4k-csum');
  // no copy of the superblock is left to replace it
  for (let group = 1; group < image.made.groupCount; group++)
    image.fill(image.blockAt(groupFirstBlock(image.made, group)), image.made.blockSize);
  image.fill(image.groupAt(0), image.made.descSize, 255);
  const { findings } = await checkWhole(image);
  expect(findings.map(({ id }) => id)).toContain('resize-inode-unreadable');
  for (const { bytes } of findings) if (bytes) expect(Number.isSafeInteger(bytes.at + bytes.length)).toBe(true);
});

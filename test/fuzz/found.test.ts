/** Damages that the fuzzer brought to light, each shortened to what matters. */
import { expect, test } from 'vitest';
import { extentHeader } from '../../src/layout/extent';
import { groupFirstBlock } from '../../src/volume/geometry';
import { TestImage } from '../support/image';
import { setRoot, tree } from '../support/tree';
import { checkWhole, testWhole } from '../support/whole';

testWhole({}, [
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
]);

test('no place is named that cannot be: descriptors of nothing but ones', async () => {
  const image = TestImage.load('ext4-4k-csum');
  // no copy of the superblock is left to stand in
  for (let group = 1; group < image.made.groupCount; group++)
    image.fill(image.blockAt(groupFirstBlock(image.made, group)), image.made.blockSize);
  image.fill(image.groupAt(0), image.made.descSize, 255);
  const { findings } = await checkWhole(image);
  expect(findings.map(({ id }) => id)).toContain('resize-inode-unreadable');
  for (const { bytes } of findings) if (bytes) expect(Number.isSafeInteger(bytes.at + bytes.length)).toBe(true);
});

import { expect } from 'vitest';
import { incompat, roCompat } from '../../src/layout/features';
import { inodeFlags } from '../../src/layout/inode';
import { parts } from '../../src/verdict/coverage';
import { checkWhole } from '../support/check-damages';
import { makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { nativeTest, unitTest } from '../support/project-tests';
import { addFlags, tree } from '../support/tree';

const ext4 = () => TestImage.load('ext4-4k-csum');
const readOnly = (image: TestImage, flag: number) =>
  image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | flag });
const needed = (image: TestImage, flag: number) =>
  image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | flag });

async function gapsOf(image: TestImage): Promise<string[]> {
  const { notChecked } = await checkWhole(image, { replay: false });
  for (const { what, why } of notChecked) expect(why, what).toMatch(/^\S.*[^.\s]$/);
  return notChecked.map(({ what }) => what);
}

unitTest.each(['ext2-1k', 'ext3-1k-htree', 'ext4-4k-csum', 'ext4-uninit-bg'])(
  '%s is checked as a whole',
  async (name) => {
    const { checked, notChecked, verdict } = await checkWhole(TestImage.load(name));
    expect({ checked, notChecked, verdict }).toEqual({ checked: [...parts], notChecked: [], verdict: 'clean' });
  },
);

unitTest('journal replay is a gap when it was not wanted', async () => {
  const { notChecked } = await checkWhole(needed(ext4(), incompat.needs_recovery), { replay: false });
  expect(notChecked.map((gap) => gap.what)).toEqual(['journal replay']);
});

unitTest.each<[string, () => TestImage]>([
  ['verity', () => readOnly(ext4(), roCompat.verity)],
  ['ea_inode', () => addFlags(needed(ext4(), incompat.ea_inode), tree.fstab, inodeFlags.EA_INODE)],
])('%s is no gap while nothing uses it', async (_what, image) => {
  expect(await gapsOf(image())).toEqual([]);
});

unitTest('shared_blocks is no gap: e2fsck does not ask who shares them either', async () => {
  expect(await gapsOf(readOnly(ext4(), roCompat.shared_blocks))).toEqual([]);
});

nativeTest.each([
  ['bigalloc', '-t ext4 -b 1024 -C 4096 -O bigalloc'],
  ['inline_data', '-t ext4 -b 1024 -O inline_data'],
])('an undamaged image with %s is clean', async (_what, options) => {
  const image = makeImage({ size: '8M', options, commands: ['mkdir a'] });
  const { findings, notChecked, verdict } = await checkWhole(image);
  expect({ findings, notChecked, verdict }).toEqual({ findings: [], notChecked: [], verdict: 'clean' });
});

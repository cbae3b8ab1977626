import { expect, test } from 'vitest';
import { incompat, roCompat } from '../../src/layout/features';
import { inodeFlags } from '../../src/layout/inode';
import { parts } from '../../src/verdict/coverage';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { addFlags, tree } from '../support/tree';
import { checkWhole } from '../support/whole';

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

test.each(['ext2-1k', 'ext3-1k-htree', 'ext4-4k-csum', 'ext4-uninit-bg'])('%s is checked as a whole', async (name) => {
  const { checked, notChecked, verdict } = await checkWhole(TestImage.load(name));
  expect({ checked, notChecked, verdict }).toEqual({ checked: [...parts], notChecked: [], verdict: 'clean' });
});

test.each<[string, () => TestImage]>([
  ['journal replay', () => needed(ext4(), incompat.needs_recovery)],
  ['encrypt', () => addFlags(needed(ext4(), incompat.encrypt), tree.etc, inodeFlags.ENCRYPT)],
  ['verity', () => addFlags(readOnly(ext4(), roCompat.verity), tree.fstab, inodeFlags.VERITY)],
  ['casefold', () => addFlags(needed(ext4(), incompat.casefold), tree.home, inodeFlags.CASEFOLD)],
  ['ea_inode', () => addFlags(needed(ext4(), incompat.ea_inode), tree.fstab, inodeFlags.EA_INODE)],
  ['shared_blocks', () => readOnly(ext4(), roCompat.shared_blocks)],
])('%s is not checked where it is in use', async (what, image) => {
  expect(await gapsOf(image())).toEqual([what]);
});

test.each<[string, () => TestImage]>([
  ['encrypt', () => needed(ext4(), incompat.encrypt)],
  ['verity', () => readOnly(ext4(), roCompat.verity)],
  ['casefold', () => needed(ext4(), incompat.casefold)],
  ['ea_inode', () => needed(ext4(), incompat.ea_inode)],
])('%s is no gap while nothing uses it', async (_what, image) => {
  expect(await gapsOf(image())).toEqual([]);
});

test.skipIf(!hasE2fsprogs).each([
  ['bigalloc', '-t ext4 -b 1024 -C 4096 -O bigalloc'],
  ['inline_data', '-t ext4 -b 1024 -O inline_data'],
])('an undamaged image with %s is incomplete, not clean', async (what, options) => {
  const image = makeImage({ size: '8M', options, commands: ['mkdir a'] });
  const { findings, notChecked, verdict } = await checkWhole(image);
  expect({ findings, notChecked: notChecked.map((gap) => gap.what), verdict }).toEqual({
    findings: [],
    notChecked: [what],
    verdict: 'incomplete',
  });
});

import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { checkImage } from '../../../src/check';
import { scanInodes } from '../../../src/checks/inodes/pass';
import type { ScanFacts } from '../../../src/facts/scan';
import type { Finding } from '../../../src/problem/finding';
import { readBitmaps } from '../../../src/volume/bitmaps';
import { openFileSystem } from '../../../src/volume/open';
import { markBlocks } from '../../support/bitmaps';
import { checkWhole } from '../../support/check-damages';
import { expectSameCodes } from '../../support/compare-codes';
import { makeImage } from '../../support/e2fsprogs';
import { collect, inShort, TestImage } from '../../support/image';
import { nativeDescribe, unitTest } from '../../support/project-tests';
import { blockWord, setBlockWords, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const setWord = (image: TestImage, block: number, i: number, value: number): void =>
  image.view.setUint32(image.blockAt(block) + i * 4, value, true);
const zeroMap = (image: TestImage, ino: number, word: number): TestImage =>
  image.fill(image.blockAt(blockWord(image, ino, word)), 1024);
/** Blocks that nothing uses, one after the other. */
const free = 3500;

async function scan(image: TestImage, fastPath = true): Promise<{ facts: ScanFacts; findings: readonly Finding[] }> {
  const { opening } = await openFileSystem(image.source());
  const { volume, groups } = opening!;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  return { facts: await scanInodes(volume, groups, disk, report, { fastPath }), findings };
}

/** What e2fsck makes of an inode whose map has empty blocks: it counts them and what they list, and calls the result clean. */
const sound: [name: string, options: string, commands: readonly string[]][] = [
  ['a file of one punched hole', '-b 1024', ['write /dev/null f', 'sif f block[IND] 3000', 'sif f size 100000']],
  [
    'data, and a hole up to the end',
    '-b 1024',
    ['write /dev/null f', 'sif f block[0] 2999', 'sif f block[IND] 3000', 'sif f size 200000'],
  ],
  [
    'empty double and triple indirect blocks, as genext2fs -z writes them',
    '-b 1024',
    ['write /dev/null f', 'sif f block[DIND] 3000', 'sif f block[TIND] 3001', 'sif f size 200000000'],
  ],
  [
    'an empty indirect block after the end',
    '-b 1024',
    ['write /dev/null f', 'sif f block[IND] 3000', 'sif f size 5000'],
  ],
  [
    'ext4 without extents',
    '-b 1024 -t ext4 -O ^extent,^64bit',
    ['write /dev/null f', 'sif f block[IND] 3000', 'sif f size 90000'],
  ],
  ['a directory, after its end', '-b 1024', ['mkdir d', 'sif d block[IND] 3000']],
  ['blocks of 4 KiB', '-b 4096', ['write /dev/null f', 'sif f block[IND] 900', 'sif f size 900000']],
];

nativeDescribe('indirect blocks of zeros with nothing below them', () => {
  test.each(sound)('%s', async (_name, options, commands) => {
    const image = makeImage({ size: '4M', options, commands, settle: true });
    expect(inShort((await checkWhole(image)).findings)).toEqual([]);
    expectSameCodes(image, []);
  });
});

unitTest(
  'indirect blocks of zeros are lost where the bitmap marks blocks below them, whatever i_blocks says',
  async () => {
    const image = zeroMap(ext2(), tree.initrd, 12);
    image.setInode(tree.initrd, { i_blocks_lo: 13 * 2 });
    const report = await checkWhole(image);
    expect(inShort(report.findings)).toEqual(['indirect-block-zero', 'block-marked-unused 0x050014']);
    expect(report.affected).toEqual([{ path: '/boot/initrd-6.4.0', how: 'damaged' }]);
    expect(report.causes.map(({ id }) => id)).toContain('lost-writes');
  },
);

unitTest(
  'indirect blocks of zeros are lost where i_blocks counts blocks below them, whatever the bitmap says',
  async () => {
    const image = ext2();
    const data = image.view.getUint32(image.blockAt(blockWord(image, tree.initrd, 12)), true);
    zeroMap(image, tree.initrd, 12);
    markBlocks(image, [data, data + 1], false);
    expect(inShort((await checkWhole(image)).findings)).toContain('indirect-block-zero');
  },
);

unitTest('indirect blocks of zeros are not lost where a wrong pointer explains what i_blocks counts', async () => {
  const image = ext2();
  image.setInode(tree.holeOnly, { i_blocks_lo: 4 });
  setBlockWords(image, tree.holeOnly, 99_999, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, free);
  const ids = inShort((await checkWhole(image)).findings);
  expect(ids).toContain('block-out-of-range 0x01000e');
  expect(ids).not.toContain('indirect-block-zero');
});

unitTest('indirect blocks of zeros are nothing where garbage names them', async () => {
  const image = ext2();
  const double = blockWord(image, tree.holesDouble, 13);
  for (let i = 0; i < 256; i++) setWord(image, double, i, i % 3 === 0 ? free + i : 0x6c6c6c6c);
  const { causes, findings } = await checkWhole(image);
  const ids = new Set(findings.map(({ id }) => id));
  expect(ids).toContain('block-out-of-range');
  expect(ids).not.toContain('indirect-block-zero');
  expect(causes.map(({ id }) => id)).not.toContain('lost-writes');
  expect((await scan(image)).facts.zeroBlocks).toBe(0);
});

unitTest('blocks of zeros of a directory, named by garbage, are no sign of lost writes', async () => {
  const image = ext2();
  image.setBlockWord(tree.many, 12, free);
  for (let i = 0; i < 256; i++) setWord(image, free, i, i % 3 === 0 ? free + 1 + i : 0x6c6c6c6c);
  const { causes } = await checkImage(image.source());
  expect(causes.map(({ id }) => id)).not.toContain('lost-writes');
});

/** Files of the fixture with one indirect block: nothing is counted below it, i_blocks counts it, or the bitmap does. */
const variants: [name: string, image: () => TestImage, ids: string[]][] = [
  [
    'of zeros, not counted',
    () =>
      setBlockWords(
        ext2().setInode(tree.holeOnly, { i_blocks_lo: 2 }),
        tree.holeOnly,
        ...Array<number>(12).fill(0),
        free,
      ),
    [],
  ],
  ['of zeros, counted', () => zeroMap(ext2(), tree.initrd, 12), ['indirect-block-zero', 'inode-blocks-wrong 0x01000d']],
  [
    'of zeros, marked',
    () => zeroMap(ext2(), tree.initrd, 12).setInode(tree.initrd, { i_blocks_lo: 26 }),
    ['indirect-block-zero'],
  ],
  ['as it was', ext2, []],
];

unitTest.each(variants)('both paths agree on an indirect block %s', async (_name, image, ids) => {
  const [fast, general] = [await scan(image()), await scan(image(), false)];
  expect(inShort(fast.findings)).toEqual(ids);
  expect(isDeepStrictEqual(fast, general)).toBe(true);
});

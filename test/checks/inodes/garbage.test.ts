/** Blocks of inodes that are garbage as a whole: the fast path must not make them look better, nor report out of turn. */
import { expect, test } from 'vitest';
import { scanInodes } from '../../../src/checks/inodes/pass';
import { fileType, inodeFlags } from '../../../src/layout/inode';
import type { Finding } from '../../../src/problem/finding';
import { readBitmaps } from '../../../src/volume/bitmaps';
import { openFileSystem } from '../../../src/volume/open';
import { collect, TestImage } from '../../support/image';

async function scan(image: TestImage, fastPath: boolean): Promise<{ findings: Finding[]; harmed: unknown[] }> {
  const { opening } = await openFileSystem(image.source());
  const { volume, groups } = opening!;
  const { report, findings } = collect();
  const disk = await readBitmaps(volume, groups);
  const { harmed } = await scanInodes(volume, groups, disk, report, { fastPath });
  return { findings, harmed: [...harmed] };
}

/** An image, and the inodes of one block of its table, none of them reserved, all blank now. */
function blankBlock(name: string): { image: TestImage; inodes: number[] } {
  const image = TestImage.load(name);
  const { blockSize, inodeSize } = image.made;
  const perBlock = blockSize / inodeSize;
  const first = Math.ceil(32 / perBlock) * perBlock + 1;
  const inodes = Array.from({ length: perBlock }, (_, i) => first + i);
  for (const ino of inodes) image.fill(image.inodeAt(ino), inodeSize);
  return { image, inodes };
}

const garbage = (findings: Finding[]) => findings.filter(({ id }) => id === 'inode-garbage').length;

test.each([
  'ext2-4k',
  'ext2-1k',
  'ext4-nojournal',
  'ext4-4k-csum',
  'ext4-1k-csum-tree',
])('%s: block maps full of nonsense count as garbage although an indirect block is still to be read', async (name) => {
  const { image, inodes } = blankBlock(name);
  for (const ino of inodes) {
    const extra = image.made.inodeSize > 128 ? { i_extra_isize: 32 } : {};
    image.setInode(ino, {
      i_mode: fileType.REGULAR | 0o644,
      i_links_count: 1,
      i_blocks_lo: 8,
      i_size_lo: 4096,
      ...extra,
    });
    for (let word = 0; word < 8; word++) image.setBlockWord(ino, word, 0x7ffffff0);
    image.setBlockWord(ino, 12, image.made.blocksCount - 3);
  }
  const fast = await scan(image, true);
  expect(fast).toEqual(await scan(image, false));
  expect(garbage(fast.findings)).toBe(inodes.length);
});

test.each(['ext4-nojournal', 'ext4-4k-csum'])('%s: wrong attributes are reported in their turn', async (name) => {
  const { image, inodes } = blankBlock(name);
  for (const [i, ino] of inodes.entries()) {
    const at = image.inodeAt(ino);
    // two with a value of an attribute that lies outside the inode, the others with extents and no tree of them
    if (i < 2) {
      image.view.setUint32(at + 160, 0xea020000, true);
      image.view.setUint32(at + 164, 0x00000101, true);
      image.view.setUint32(at + 172, 4096, true);
    }
    const flags = i < 2 ? 0 : inodeFlags.EXTENTS;
    image.setInode(ino, { i_mode: fileType.REGULAR | 0o644, i_links_count: 1, i_extra_isize: 32, i_flags: flags });
  }
  const fast = await scan(image, true);
  expect(fast).toEqual(await scan(image, false));
  expect(fast.findings.length).toBeGreaterThan(2);
});

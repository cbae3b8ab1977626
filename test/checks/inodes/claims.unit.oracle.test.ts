import { expect } from 'vitest';
import { problems } from '../../../src/checks/inodes/mapping/claims';
import { extentLeaf } from '../../../src/layout/extent';
import { inodeFlags } from '../../../src/layout/inode';
import { checkWhole, testWithWholeCheck } from '../../support/check-damages';
import { makeImage } from '../../support/e2fsprogs';
import { inShort, type TestImage } from '../../support/image';
import { nativeTest } from '../../support/project-tests';
import { setBlockWords, setRoot } from '../../support/tree';

/** Clusters of four blocks, with two files of ten clusters each, and a directory. */
const clusters = () =>
  makeImage({
    size: '8M',
    options: '-t ext4 -b 1024 -C 4096 -O bigalloc,^has_journal,^resize_inode',
    commands: [
      ...['a', 'b'].flatMap((file) => [
        `write /dev/null ${file}`,
        `fallocate ${file} 0 39`,
        `set_inode_field ${file} size 40960`,
      ]),
      'mkdir d',
    ],
    settle: true,
  });
const [a, b, directory] = [12, 13, 14];

type Run = readonly [logical: number, length: number, physical: number];

/** Maps a file by these extents, and sets its count to `clusterCount` clusters. */
function map(image: TestImage, ino: number, clusterCount: number, ...runs: Run[]): TestImage {
  image.setInode(ino, { i_flags: inodeFlags.EXTENTS, i_blocks_lo: clusterCount * 8 });
  const header = [0xf30a + runs.length * 65536, 4, 0];
  return setBlockWords(image, ino, ...header, ...runs.flat());
}

/** Maps a file by block numbers. */
const list = (image: TestImage, ino: number, clusterCount: number, ...blocks: number[]): TestImage =>
  setBlockWords(image.setInode(ino, { i_flags: 0, i_blocks_lo: clusterCount * 8 }), ino, ...blocks);

/** Blocks that nothing else uses; the first is at the start of a cluster. */
const free = 4096;
const range = (count: number, from = free): number[] => Array.from({ length: count }, (_, i) => from + i);
/** Where the clean file lies, in two pieces, once it is mapped to other blocks. */
const left = ['block-marked-unused 0x050014', 'block-marked-unused 0x050014'];
const moved = [...left, 'block-used-marked-free 0x050015'];

testWithWholeCheck(problems, [
  {
    name: 'a block at the wrong place in its cluster',
    native: true,
    image: clusters,
    damage: (image) => {
      const at = image.inodeAt(directory) + 40 + 12;
      const physical = extentLeaf.ee_start_lo(image.view, at);
      return setRoot(image, directory, 1, extentLeaf.ee_start_lo, physical + 1);
    },
    findings: [
      'cluster-misaligned 0x010074',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'directory-block-zero',
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'an extent at the wrong place in its clusters, over one more of them',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 11, [0, 40, free + 1]),
    findings: [
      'cluster-misaligned 0x010074',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      ...moved,
    ],
  },
  {
    name: 'a cluster of a file that goes on in another one',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 4, [0, 6, free], [6, 6, free + 10]),
    findings: [
      'cluster-misaligned 0x010074',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      ...moved,
    ],
  },
  {
    name: 'two extents in one cluster, counted once',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 2, [0, 2, free], [2, 4, free + 2]),
    findings: moved,
  },
  {
    name: 'two extents in one cluster, counted twice',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 3, [0, 2, free], [2, 4, free + 2]),
    findings: ['inode-blocks-wrong 0x01000d', ...moved],
  },
  {
    name: 'neighbours in one physical cluster from two clusters of the file, which e2fsck lets pass',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 1, [0, 2, free], [6, 2, free + 2]),
    findings: [...left, 'block-used-marked-free 0x050005'],
  },
  {
    name: 'a cluster that a file comes back to',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 3, [0, 2, free], [4, 4, free + 8], [10, 2, free + 2]),
    findings: [
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      ...left,
      'block-used-marked-free 0x050005',
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'a cluster of two files that share none of its blocks',
    native: true,
    image: clusters,
    damage: (image) => map(map(image, a, 1, [0, 2, free]), b, 1, [2, 2, free + 2]),
    findings: [
      'blocks-multiply-claimed 0x011008',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      ...left,
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'one cluster of many that a second file claims too',
    native: true,
    image: clusters,
    damage: (image) => map(map(image, a, 10, [0, 40, free]), b, 2, [0, 8, free + 36]),
    findings: [
      'blocks-multiply-claimed 0x011008',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      ...moved,
    ],
  },
  {
    name: 'a file in the rest of a cluster that begins with metadata',
    native: true,
    image: clusters,
    damage: (image) => map(image, a, 1, [2, 1, 2]),
    findings: [
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      ...left,
    ],
  },
  {
    name: 'a block map of whole clusters',
    native: true,
    image: clusters,
    damage: (image) => list(image, a, 3, ...range(12)),
    findings: ['inode-blockmap-with-bigalloc 0x010080', ...moved],
  },
  {
    name: 'a block map with its own block at the end of the last cluster',
    native: true,
    image: clusters,
    damage: (image) => {
      // the map's own block must list something: the first block of the next cluster
      image.fill(image.blockAt(free + 11), 1024).view.setUint32(image.blockAt(free + 11), free + 12, true);
      return list(image, a, 4, ...range(11), 0, free + 11);
    },
    findings: ['inode-blockmap-with-bigalloc 0x010080', ...moved],
  },
  {
    name: 'a block map at the wrong place in its clusters: every block is a claim',
    native: true,
    image: clusters,
    damage: (image) => list(image, a, 6, ...range(6, free + 1)),
    findings: [
      'inode-blockmap-with-bigalloc 0x010080',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      ...moved,
    ],
  },
  {
    name: 'a block map that leaves a cluster and comes back',
    native: true,
    image: clusters,
    damage: (image) => list(image, a, 3, free, free + 1, 0, 0, free + 8, 0, free + 2),
    findings: [
      'inode-blockmap-with-bigalloc 0x010080',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      ...left,
      'block-used-marked-free 0x050005',
      'block-used-marked-free 0x050005',
    ],
  },
]);

nativeTest('an extent at a wrong place is one finding, with all its blocks', async () => {
  const { findings } = await checkWhole(map(clusters(), a, 11, [0, 40, free + 1]));
  expect(inShort(findings)[0]).toBe('cluster-misaligned 0x010074');
  expect(findings[0]).toMatchObject({ inode: a, block: free + 1, data: { logical: 0, blocks: 40 } });
});

/** Images with a journal to be replayed: e2fsck's view is that of `e2fsck -fn` on a copy that `e2fsck -y` replayed. */
import type { Difference } from './difference';
import { FastLog } from './fast-log';
import { TestImage } from './image';
import { LogBuilder, type LogRecipe } from './journal-log';
import { tree } from './tree';

const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const withArea = () =>
  TestImage.unpack(new URL('../../fixtures/recovery/ext4-1k-fast-commit-area.img.gz', import.meta.url));
const block = (value: number) => new Uint8Array(1024).fill(value);

/** A block that nothing uses, in the last group of the fixtures. */
const spare = 4000;

async function logged(image: TestImage, recipe: LogRecipe, write: (log: LogBuilder) => void): Promise<TestImage> {
  write(await LogBuilder.on(image, { checksums: 3, wide: true, ...recipe }));
  return image;
}

/** Fast commits, each of which fills a block of the area. */
async function fastCommits(count: number): Promise<TestImage> {
  const log = await FastLog.on(withArea());
  for (let i = 0; i < count; i++) log.name('LINK', tree.home, tree.fstab, `name ${i}`).tail();
  return log.image;
}

export const replayDiffers: readonly Difference[] = [
  {
    id: 'journal-superblock-reset',
    replayed: true,
    image: () => logged(ext4(), {}, (log) => log.block(0).fill(0, 0, 4)),
    verdict: 'fatal',
    ours: ['journal-inode-unusable 0x00000f', 'journal-superblock-damaged 0x000015'],
    theirs: [],
    status: 0,
  },
  {
    id: 'journal-tag-outside',
    replayed: true,
    image: () =>
      logged(ext4(), {}, (log) => {
        log.add({ blocks: [{ block: 7000, data: block(1) }] });
      }),
    verdict: 'fatal',
    ours: ['journal-tag-outside'],
    theirs: [],
    status: 0,
  },
  {
    id: 'journal-breaks-off',
    replayed: true,
    image: () =>
      logged(ext4(), {}, (log) => {
        log.add({ blocks: [{ block: spare, data: block(1) }], time: 1000 });
        const lost = log.add({ blocks: [{ block: spare, data: block(2) }], time: 1001 });
        log.add({ blocks: [{ block: spare, data: block(3) }], time: 1002 });
        log.block(lost.descriptors[0]!).fill(0);
      }),
    verdict: 'error',
    ours: ['journal-ends-early'],
    theirs: [],
    status: 0,
  },
  {
    id: 'wrap-before-fast-commits',
    replayed: true,
    image: async () => {
      const image = withArea();
      const at = image.inodeAt(tree.fstab);
      const home = Math.floor(at / 1024);
      const sound = Uint8Array.from(image.bytes.subarray(home * 1024, (home + 1) * 1024));
      image.setInode(tree.fstab, { i_links_count: 9 });
      return logged(image, { fast: 24, start: 1022 }, (log) => {
        log.add({ blocks: [{ block: home, data: sound }] });
      });
    },
    verdict: 'clean',
    ours: [],
    theirs: ['0x040003'],
    status: 4,
  },
  {
    id: 'fast-commit-unlink',
    replayed: true,
    image: async () => {
      const log = await FastLog.on(withArea());
      return log.name('UNLINK', tree.etc, tree.fstab, 'fstab').tail().image;
    },
    verdict: 'clean',
    ours: [],
    theirs: ['0x040002'],
    status: 4,
  },
  {
    id: 'fast-commit-growth',
    replayed: true,
    image: async () => {
      const log = await FastLog.on(withArea());
      for (let i = 0; i < 40; i++) log.name('LINK', tree.home, tree.fstab, `${'name'.repeat(8)}-${i}`);
      return log.inode(tree.fstab, { i_links_count: 41 }).tail().image;
    },
    verdict: 'info',
    ours: ['inode-blocks-wrong 0x01000d'],
    theirs: ['0x040003'],
    status: 4,
  },
  {
    id: 'fast-commits-full',
    replayed: true,
    image: () => fastCommits(23),
    verdict: 'fatal',
    ours: ['journal-fast-commits-full'],
    theirs: [],
    status: 0,
  },
];

/**
 * Clean images of many kinds: ours must be clean exactly where e2fsck is silent. A sample runs in oracle, every
 * eighth of some hundred in the bounded soak, all of them in the full one.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkWhole } from './support/check-damages';
import { e2fsck, hasE2fsprogs, makeImage } from './support/e2fsprogs';
import { amount, project } from './support/project';

vi.setConfig({ testTimeout: 60_000 });

/**
 * The content of every image: deep directories, a large one, holes, short and long links, files in and after the inode.
 */
const tree = mkdtempSync(join(tmpdir(), 'extcheck-tree-'));
const deep = join(tree, ...Array.from({ length: 12 }, (_, i) => `level-${i}`));
mkdirSync(deep, { recursive: true });
writeFileSync(join(deep, 'tiny'), 'x');
writeFileSync(join(tree, 'large'), Buffer.alloc(300_000, 0x61));
writeFileSync(join(tree, 'holes'), 'begins');
truncateSync(join(tree, 'holes'), 2_000_000);
writeFileSync(join(tree, 'holes'), 'ends', { flag: 'a' });
symlinkSync('large', join(tree, 'short-link'));
symlinkSync('long/'.repeat(100), join(tree, 'long-link'));
mkdirSync(join(tree, 'many'));
for (let i = 0; i < 60; i++) writeFileSync(join(tree, 'many', `${i}-${'name'.repeat(20)}`), i % 7 === 0 ? 'full' : '');
afterAll(() => rmSync(tree, { recursive: true, force: true }));

const commands = [
  'mknod console c 5 1',
  'mknod disk b 254 300',
  'mknod pipe p',
  'ea_set /large user.short value',
  `ea_set /large user.long ${'v'.repeat(400)}`,
  `ea_set /many user.other ${'w'.repeat(300)}`,
];

/** mke2fs options in addition to block size, inode size and number of inodes; `|` separates those of ext4 features. */
const kinds: readonly string[] = [
  '-t ext2',
  '-t ext2 -r 0',
  '-t ext2 -O ^resize_inode,^dir_index',
  '-t ext2 -O ^filetype',
  '-t ext2 -O ^ext_attr,^dir_index',
  '-t ext2 -O ^sparse_super,^resize_inode -g 1024',
  '-t ext2 -O ^large_file -g 512',
  '-t ext2 -o hurd',
  '-t ext2 -o freebsd -g 2048',
  '-t ext2 -O sparse_super2,^sparse_super,^resize_inode -g 1024',
  '-t ext2 -O meta_bg,^resize_inode -g 256',
  '-t ext2 -O uninit_bg -g 1024',
  '-t ext2 -E packed_meta_blocks=1 -O flex_bg -G 4 -g 1024',
  '-t ext3',
  '-t ext3 -O ^dir_index,uninit_bg',
  '-t ext4',
  '-t ext4 -O metadata_csum',
  '-t ext4 -O metadata_csum,metadata_csum_seed -g 1024',
  '-t ext4 -O ^64bit,metadata_csum -g 512',
  '-t ext4 -O ^64bit,uninit_bg -g 1024',
  '-t ext4 -O 64bit,uninit_bg -E desc_size=128',
  '-t ext4 -O 64bit,metadata_csum -E desc_size=256 -g 1024',
  '-t ext4 -O 64bit,metadata_csum -E desc_size=1024',
  '-t ext4 -O meta_bg,^resize_inode,metadata_csum -g 256',
  '-t ext4 -O meta_bg,^resize_inode,^flex_bg -g 512',
  '-t ext4 -O meta_bg,^resize_inode,sparse_super2,^sparse_super -g 256',
  '-t ext4 -O flex_bg -G 2 -g 512',
  '-t ext4 -O flex_bg -G 64 -g 256',
  '-t ext4 -O ^flex_bg,metadata_csum -g 1024',
  '-t ext4 -O ^resize_inode,metadata_csum -g 1024',
  '-t ext4 -E resize=4000000 -g 1024',
  '-t ext4 -O sparse_super2,^sparse_super,^resize_inode,metadata_csum -E num_backup_sb=1 -g 1024',
  '-t ext4 -O sparse_super2,^sparse_super,^resize_inode -E num_backup_sb=0 -g 1024',
  '-t ext4 -O large_dir,metadata_csum',
  '-t ext4 -O ^huge_file,^dir_nlink,^extra_isize',
  '-t ext4 -O ^extent,^64bit',
  '-t ext4 -O ^ext_attr,^dir_index,^filetype',
  '-t ext4 -O quota',
  '-t ext4 -O quota,project -E quotatype=usrquota:grpquota:prjquota',
  '-t ext4 -O mmp,metadata_csum',
  '-t ext4 -O mmp,^has_journal',
  '-t ext4 -O stable_inodes,metadata_csum',
  '-t ext4 -O orphan_file,metadata_csum',
  '-t ext4 -O ea_inode',
  '-t ext4 -O verity,encrypt,metadata_csum',
  '-t ext4 -O casefold',
  '-t ext4 -E lazy_itable_init=0,lazy_journal_init=0 -O uninit_bg',
  '-t ext4 -E stride=16,stripe_width=64 -O metadata_csum',
  '-t ext4 -E root_owner=1000:1000,hash_seed=00c0ffee-0000-4000-8000-000000000002',
  '-t ext4 -O bigalloc,^resize_inode -C 2x',
  '-t ext4 -O bigalloc,metadata_csum,^resize_inode -C 16x',
  '-t ext4 -O bigalloc,^has_journal,^flex_bg,^resize_inode -C 4x -g 2048',
  '-t ext4 -O bigalloc,^has_journal,meta_bg,^resize_inode -C 8x -g 2048',
  '-t ext4 -O bigalloc,quota,^resize_inode -C 16x',
  '-t ext4 -O bigalloc,resize_inode -C 4x',
  '-t ext4 -O bigalloc,metadata_csum,sparse_super2,^sparse_super,^resize_inode -C 4x -g 4096',
];

const blockSizes = [1024, 2048, 4096, 8192, 65536];
const inodeSizes = [128, 256, 512, 1024, 4096];

interface Case {
  kind: string;
  blockSize: number;
  inodeSize: number;
}

/** The recipe of a case. Sizes are odd, so that the last group and the last cluster are incomplete. */
function recipe({ kind, blockSize, inodeSize }: Case) {
  const options = kind.replace(/-C (\d+)x/, (_, ratio) => `-C ${Number(ratio) * blockSize}`);
  const revision0 = kind.includes('-r 0');
  // a journal has at least 1024 blocks
  const journal = blockSize > 8192 && !options.includes('has_journal') && !options.includes('-t ext2');
  const blocks = blockSize > 8192 ? 400 : Math.max(2117, Math.floor(9_000_000 / blockSize));
  return {
    size: `${(blocks * blockSize) / 1024}K`,
    options: [
      ...(journal ? withoutJournal(options) : options).split(' '),
      '-b',
      blockSize,
      ...(revision0 ? [] : ['-I', inodeSize]),
      '-N',
      300,
      '-d',
      tree,
    ].join(' '),
    commands: kind.includes('^ext_attr') || revision0 ? commands.slice(0, 3) : commands,
  };
}

const withoutJournal = (options: string): string =>
  options.includes('-O ') ? options.replace('-O ', '-O ^has_journal,') : `${options} -O ^has_journal`;

const whole = project === 'soak';
const every = amount({ ci: 8, full: 1 });
const cases: Case[] = whole
  ? kinds
      .flatMap((kind, i) =>
        blockSizes.map((blockSize, k) => {
          // every kind meets every block size, and over the kinds every inode size that fits
          const fitting = inodeSizes.filter((size) => size <= blockSize);
          return { kind, blockSize, inodeSize: fitting[(i + k) % fitting.length]! };
        }),
      )
      .filter((_, i) => i % every === 0)
  : kinds
      .filter((_, i) => i % 3 === 0)
      .map((kind, i) => ({ kind, blockSize: blockSizes[i % 3]!, inodeSize: inodeSizes[1 + (i % 2)]! }));

describe.skipIf(!hasE2fsprogs)('a clean image', () => {
  test.for(cases)('$kind, blocks of $blockSize, inodes of $inodeSize', async (wanted, context) => {
    let image: ReturnType<typeof makeImage>;
    try {
      image = makeImage(recipe(wanted));
    } catch (error) {
      // of all combinations mke2fs refuses some, or they do not fit; it must accept all of the sample
      if (whole) return context.skip(String(error));
      throw error;
    }
    const { status, codes } = e2fsck(image);
    const { findings, notChecked, verdict } = await checkWhole(image);
    const found = findings.map(({ id, e2fsck: code }) => `${id} ${code}`);
    expect({ found, notChecked }, `e2fsck: ${status} ${codes}`).toEqual(
      codes.length === 0 && status === 0 ? { found: [], notChecked: [] } : { found: expect.any(Array), notChecked: [] },
    );
    expect(verdict === 'clean').toBe(codes.length === 0 && status === 0);
  });
});

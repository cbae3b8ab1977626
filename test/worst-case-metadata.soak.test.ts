/** Superblocks, descriptors and system files with false sizes: bounded time and memory, never clean. */
import { expect, test, vi } from 'vitest';
import { groupDesc } from '../src/layout/group';
import { inodeFlags } from '../src/layout/inode';
import type { superblock } from '../src/layout/superblock';
import { TestImage, type Values } from './support/image';
import {
  checkWithinLimits,
  extentNode,
  fromEnd,
  highWord,
  MiB,
  nodeEntries,
  regular,
  rootOf,
  words,
} from './support/worst-case';

vi.setConfig({ testTimeout: 60_000 });

/** A superblock of a small image, opened as far as its numbers go. */
const declared: Record<string, Values<typeof superblock>> = {
  '2^48 blocks': { s_blocks_count_lo: 0, s_blocks_count_hi: 0x10000, s_feature_incompat: 0x82, s_desc_size: 64 },
  '2^32 groups': {
    s_blocks_count_lo: highWord,
    s_blocks_count_hi: 7,
    s_feature_incompat: 0x82,
    s_desc_size: 64,
    s_blocks_per_group: 8,
    s_clusters_per_group: 8,
    s_inodes_per_group: 1,
    s_inodes_count: highWord,
  },
  '2^32 inodes': { s_inodes_count: highWord, s_inodes_per_group: highWord },
  'most inodes in a group': { s_inodes_per_group: 65535 * 4, s_inodes_count: 65535 * 4 * 4 },
  'groups of 8 blocks': { s_blocks_per_group: 8, s_clusters_per_group: 8 },
  'no inodes in a group': { s_inodes_per_group: 0 },
  'huge s_first_data_block': { s_first_data_block: highWord, s_inodes_count: 8 },
  'huge s_first_meta_bg': { s_feature_incompat: 0x12, s_first_meta_bg: highWord },
  's_first_ino 0': { s_first_ino: 0 },
  's_first_ino 1': { s_first_ino: 1 },
  's_first_ino 2': { s_first_ino: 2 },
  's_first_ino 2^32 - 1': { s_first_ino: highWord },
  'inodes as large as blocks': { s_inode_size: 1024 },
  '64 KiB blocks': { s_log_block_size: 6, s_log_cluster_size: 6 },
  '64 KiB blocks from block 0': { s_log_block_size: 6, s_log_cluster_size: 6, s_first_data_block: 0 },
  'clusters of 512 MiB': { s_feature_ro_compat: 0x203, s_log_cluster_size: 19 },
  'clusters of 512 MiB that fit': {
    s_feature_ro_compat: 0x203,
    s_log_cluster_size: 19,
    s_clusters_per_group: 8,
    s_blocks_per_group: 8 * 2 ** 19,
  },
  'clusters larger than any': { s_feature_ro_compat: 0x203, s_log_cluster_size: highWord },
  'the MMP block out of range': { s_feature_incompat: 0x102, s_mmp_block: 2 ** 52 },
};

test.each(Object.entries(declared))('a superblock that says %s', async (_, values) => {
  for (const length of [MiB, TestImage.load('ext2-1k').bytes.length]) {
    const image = TestImage.load('ext2-1k').setSuper(values);
    await checkWithinLimits(image.resized(length));
    // the same where the count of inodes agrees, so that the superblock is not refused for it
    const { groupCount, inodesPerGroup } = image.geometry;
    if (groupCount > 0 && groupCount * inodesPerGroup < 2 ** 32)
      await checkWithinLimits(image.setSuper({ s_inodes_count: groupCount * inodesPerGroup }).resized(length));
  }
});

/** An image whose superblock declares tiny groups, all with a copy of a huge table of descriptors. */
test('tiny groups that each hold all descriptors and a full reserve', async () => {
  const image = TestImage.load('ext2-1k').resized(MiB);
  image.setSuper({
    s_feature_ro_compat: 0,
    s_reserved_gdt_blocks: 65535,
    s_blocks_per_group: 8,
    s_clusters_per_group: 8,
  });
  image.setSuper({ s_inodes_per_group: 8, s_blocks_count_lo: 8 * 32000 + 1, s_inodes_count: 8 * 32000 });
  await checkWithinLimits(image);
});

test('descriptors that all name one inode table, in a file system declared far too large', async () => {
  const image = TestImage.load('ext4-nojournal').resized(MiB);
  const { blockSize, inodeSize, features } = image.made;
  expect(features.metadata_csum).toBe(true);
  const at = image.groupAt(0);
  const one = image.bytes.slice(at, at + image.made.descSize);
  const groups = 4000;
  for (let group = 0; group < groups; group++) image.bytes.set(one, at + group * one.length);
  image.setSuper({
    s_blocks_count_lo: groups * 65528,
    s_blocks_per_group: 65528,
    s_clusters_per_group: 65528,
    s_inodes_per_group: (8 * blockSize) / inodeSize,
    s_inodes_count: (groups * 8 * blockSize) / inodeSize,
  });
  await checkWithinLimits(image);
});

test('extents that cover all of a file system declared far too large, from one inode table for all groups', async () => {
  const image = TestImage.load('ext4-nojournal').resized(MiB);
  const groups = 4000;
  const { blockSize, inodeSize, descSize } = image.made;
  const perGroup = (8 * blockSize) / inodeSize;
  const leaf = 900;
  extentNode(image, image.blockAt(leaf), nodeEntries(image), 0, (i) => [i * 32768, 32768, 1 + i * 32768]);
  for (let ino = 12; ino <= perGroup; ino++) {
    extentNode(image, rootOf(image, ino), 4, 1, (i) => [i * 32768, leaf, 0]);
    image.setInode(ino, { i_mode: regular, i_links_count: 1, i_dtime: 0, i_flags: inodeFlags.EXTENTS });
  }
  const at = image.groupAt(0);
  const one = image.bytes.slice(at, at + descSize);
  for (let group = 0; group < groups; group++) image.bytes.set(one, at + group * descSize);
  image.setSuper({ s_blocks_count_lo: groups * 65528, s_blocks_per_group: 65528, s_clusters_per_group: 65528 });
  image.setSuper({ s_inodes_per_group: perGroup, s_inodes_count: groups * perGroup });
  await checkWithinLimits(image);
});

/** Points the fields and features that name a file of the file system itself at inode `ino`. */
test.each([
  ['quota files', 0x100, { s_usr_quota_inum: 12, s_grp_quota_inum: 12 }],
  ['the orphan file', 0, { s_orphan_file_inum: 12, s_feature_compat: 0x1004 }],
  ['the journal', 0, { s_journal_inum: 12, s_feature_compat: 4 }],
] as const)('a file that maps itself over and over as %s', async (_, roCompat, values) => {
  const image = TestImage.load('ext2-1k');
  const [block, list] = [fromEnd(image, 1), fromEnd(image, 2)];
  words(image, list, () => block);
  for (const kind of ['loop', 'journal'] as const) {
    // every block of the tree names blocks 1 to 256, the first one is a header of a quota file or of a journal
    words(image, block, (i) => (kind === 'loop' ? ([0xd9c01f11, 1, 0, 0, 0, 1000, 0, 0][i] ?? i + 1) : 0));
    if (kind === 'journal')
      [0xc03b3998, 4, 0, 1024, highWord, 1, 1, 1].forEach((value, i) => {
        image.view.setUint32(image.blockAt(block) + i * 4, value);
      });
    image.setInode(12, {
      i_mode: regular,
      i_links_count: 1,
      i_dtime: 0,
      i_flags: 0,
      i_size_lo: 0x7ffffc00,
      i_size_high: 0,
    });
    [...Array(12).fill(block), list, list, list].forEach((value, word) => {
      image.setBlockWord(12, word, value);
    });
    image.setSuper({ ...values, s_feature_ro_compat: image.geometry.sb.s_feature_ro_compat | roCompat });
    await checkWithinLimits(image);
    for (const size of [0, 1024 * 1024 * 1024 * 3, highWord])
      await checkWithinLimits(image.copy().setInode(12, { i_size_lo: size, i_size_high: 0xffff }));
  }
});

test('a resize inode that lists itself', async () => {
  const image = TestImage.load('ext2-1k');
  const block = fromEnd(image, 1);
  words(image, block, () => block);
  for (let word = 0; word < 15; word++) image.setBlockWord(7, word, block);
  image.setInode(7, { i_mode: regular, i_links_count: 1, i_size_lo: highWord, i_size_high: highWord });
  image.setSuper({ s_reserved_gdt_blocks: 65535, s_feature_compat: image.geometry.sb.s_feature_compat | 0x10 });
  await checkWithinLimits(image);
});

test.each([0, 1, 2, 3, 100, highWord])('descriptors that put everything at block %i', async (block) => {
  for (const name of ['ext2-1k', 'ext4-flex-bg-meta-bg']) {
    const image = TestImage.load(name);
    for (let group = 0; group < image.made.groupCount; group++)
      image.poke(groupDesc.bg_block_bitmap_lo, image.groupAt(group), block);
    const places = Array.from({ length: image.made.groupCount }, (_, group) => image.groupAt(group));
    places.forEach((at, group) => {
      image
        .poke(groupDesc.bg_inode_bitmap_lo, at, block)
        .poke(groupDesc.bg_inode_table_lo, at, block)
        .restampGroup(group);
    });
    await checkWithinLimits(image, ['/etc/fstab']);
  }
});

test('a bad-blocks list that names all blocks over and over', async () => {
  const image = TestImage.load('ext2-4k');
  const [block, list] = [fromEnd(image, 1), fromEnd(image, 2)];
  words(image, block, (i) => i * 2);
  words(image, list, () => block);
  [...Array(12).keys(), block, list, list].forEach((value, word) => {
    image.setBlockWord(1, word, value);
  });
  await checkWithinLimits(image);
});

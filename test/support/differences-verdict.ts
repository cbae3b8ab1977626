/** Differences from e2fsck in the meaning of an image, and what e2fsck does not check. */
import { compat, incompat } from '../../src/layout/features';
import { journalSuperblock } from '../../src/layout/journal';
import { mmpBlock, mmpSequence } from '../../src/layout/mmp';
import { superblock, superblockOffset } from '../../src/layout/superblock';
import type { Difference } from './difference';
import { blocksOf, TestDirectory } from './directory';
import { mbrDisk, mebibyte, type PartitionRecipe } from './disk';
import { makeImage } from './e2fsprogs';
import { TestImage } from './image';
import { blockWord, tree } from './tree';

const ext2 = () => TestImage.load('ext2-1k');
const groups = () => TestImage.load('ext2-4k');
const single = () => TestImage.load('ext2-128-inode');
/** Its superblock is where a file system on the whole disk has the first backup. */
const partitionAt8MiB = (): PartitionRecipe => {
  const { bytes } = makeImage({ size: '12M', options: '-b 1024' });
  return { start: 16384, count: bytes.length / 512, holds: bytes };
};
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

/** A file system with has_journal and the UUID of an external journal. */
function withJournalUuid(options: string, { needsRecovery = false }): TestImage {
  const image = makeImage({ size: '12M', options });
  image.bytes.set([1, 2, 3, 4], superblockOffset + superblock.s_journal_uuid.offset);
  const { s_feature_compat, s_feature_incompat } = image.made.sb;
  return image.setSuper({
    s_feature_compat: s_feature_compat | compat.has_journal,
    s_feature_incompat: s_feature_incompat | (needsRecovery ? incompat.needs_recovery : 0),
  });
}

export const verdictDiffers: readonly Difference[] = [
  {
    id: 'exit-status',
    native: true,
    image: () => makeImage({ size: '12M', options: '-b 1024' }).fill(1024, 1024),
    verdict: 'fatal',
    ours: ['superblock-damaged 0x000044', 'superblock-backup-used'],
    theirs: ['0x000044'],
    status: 0,
  },
  {
    id: 'disk-with-partitions',
    native: true,
    image: () => new TestImage(mbrDisk(24 * mebibyte, [partitionAt8MiB()]) as Buffer<ArrayBuffer>),
    verdict: 'incomplete',
    ours: ['image-partitioned'],
    theirs: ['0x000044', '0x000030', '0x010001', '0x01000d', '0x020013'],
    status: 12,
  },
  {
    id: 'start-overwritten',
    native: true,
    image: () => {
      const image = makeImage({ size: '12M', options: '-b 1024' }).fill(0, 4096);
      image.bytes.set(Buffer.from('FAT16   '), 54);
      return image;
    },
    verdict: 'fatal',
    ours: ['superblock-damaged 0x000044', 'superblock-missing 0x000004'],
    theirs: ['0x000044', '0x000030', '0x01000d'],
    status: 4,
  },
  {
    id: 'first-block-shifted',
    native: true,
    image: () => makeImage({ size: '12M', options: '-b 1024 -j -J size=1' }).setSuper({ s_first_data_block: 2 }),
    verdict: 'fatal',
    ours: [
      'group-descriptors-implausible 0x000045',
      'superblock-backup-used',
      'superblock-first-data-block 0x000008',
      'superblock-unusable 0x000004',
    ],
    theirs: ['0x000045', '0x000004', '0x000008'],
    status: 8,
  },
  {
    id: 'counts-overflow',
    image: () => single().setSuper({ s_inodes_per_group: 2 ** 31 - 1 }),
    verdict: 'fatal',
    ours: ['superblock-damaged 0x000044', 'superblock-unusable 0x000004'],
    theirs: ['0x000044', '0x000004', '0x00000b'],
    status: 8,
  },
  {
    id: 'size-overflow',
    image: () => ext2().setInode(tree.home, { i_size_high: 1024 }),
    verdict: 'error',
    ours: ['inode-size-wrong 0x01000c', 'directory-size-high-set 0x02000f'],
    theirs: ['0x02000f', '0x02000f'],
    status: 4,
  },
  {
    id: 'features-unknown',
    image: () => groups().setSuper({ s_feature_ro_compat: groups().made.sb.s_feature_ro_compat | 0x40000000 }),
    verdict: 'incomplete',
    ours: ['superblock-feature-unknown'],
    theirs: [],
    status: 12,
  },
  {
    id: 'descriptor-size-zero',
    native: true,
    image: () => makeImage({ size: '12M', options: '-t ext4 -b 1024' }).setSuper({ s_desc_size: 0 }),
    verdict: 'fatal',
    ours: ['superblock-descriptor-size', 'group-descriptors-implausible 0x000045', 'superblock-backup-used'],
    theirs: [],
    status: 8,
  },
  {
    id: 'encoding-unknown',
    native: true,
    image: () =>
      makeImage({ size: '4M', options: '-t ext4 -b 1024 -O casefold -E encoding=utf8' }).setSuper({ s_encoding: 7 }),
    verdict: 'fatal',
    ours: ['superblock-encoding-unknown'],
    theirs: [],
    status: 12,
  },
  {
    id: 'mmp-in-use',
    native: true,
    image: () => {
      const image = makeImage({ size: '4M', options: '-t ext4 -b 1024 -O mmp' });
      return image.poke(mmpBlock.mmp_seq, image.blockAt(image.made.sb.s_mmp_block), mmpSequence.FSCK);
    },
    verdict: 'warning',
    ours: ['mmp-in-use'],
    theirs: [],
    status: 12,
  },
  {
    id: 'external-journal',
    native: true,
    image: () => withJournalUuid('-b 1024', { needsRecovery: true }),
    verdict: 'fatal',
    ours: ['journal-external 0x000011'],
    theirs: [],
    status: 12,
  },
  {
    id: 'external-journal-unneeded',
    native: true,
    image: () => withJournalUuid('-b 1024', {}),
    verdict: 'info',
    ours: ['journal-external-unneeded 0x000011'],
    theirs: [],
    status: 12,
  },
  {
    id: 'journal-uuid',
    native: true,
    image: () => withJournalUuid('-b 1024 -j -J size=1', {}),
    verdict: 'info',
    ours: ['journal-uuid-unused 0x000011'],
    theirs: [],
    status: 12,
  },
  {
    id: 'journal-inode-and-device',
    native: true,
    image: () => makeImage({ size: '12M', options: '-b 1024 -j -J size=1' }).setSuper({ s_journal_dev: 5 }),
    verdict: 'fatal',
    ours: ['journal-inode-and-device'],
    theirs: [],
    status: 0,
  },
  {
    id: 'table-at-zero',
    native: true,
    image: () => makeImage({ size: '1M', options: '-b 1024 -O ^resize_inode' }).setGroup(0, { bg_inode_table_lo: 0 }),
    verdict: 'fatal',
    ours: [
      'group-descriptors-implausible 0x000045',
      'group-inode-table-location 0x000003',
      'inode-table-unreadable 0x010028',
      'group-location-missing 0x010021',
      'root-inode-missing 0x030001',
      'block-marked-unused 0x050014',
      'inode-marked-unused 0x050016',
      'group-directories-wrong 0x05000c',
    ],
    theirs: 'endless',
    status: -1,
  },
  {
    id: 'directory-loop',
    image: () => {
      const image = ext2();
      const log = at(image, '/var/log');
      const root = at(image, '/');
      const target = at(image, '/var').ino;
      root.remove('var');
      log.add('var', { inode: target, file_type: 2 });
      return new TestDirectory(image, target).set('..', { inode: log.ino }).image;
    },
    verdict: 'error',
    ours: ['directory-loop', 'inode-links-wrong 0x040003', 'inode-links-wrong 0x040003'],
    theirs: ['0x040003', '0x040003'],
    status: 4,
  },
  {
    id: 'journal-error',
    native: true,
    image: () => {
      const image = makeImage({ size: '12M', options: '-b 1024 -j -J size=1' });
      return image.poke(journalSuperblock.s_errno, image.blockAt(blocksOf(image, 8).get(0)!), 0xfffffffb);
    },
    verdict: 'warning',
    ours: ['journal-error-recorded'],
    theirs: ['0x000030'],
    status: 0,
  },
  {
    id: 'lost-writes',
    image: () => {
      const image = ext2();
      return image.fill(image.blockAt(blockWord(image, tree.initrd, 12)), 1024);
    },
    verdict: 'error',
    ours: ['indirect-block-zero', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
    theirs: ['0x01000d', '0x050003', '0x050014', '0x050006'],
    status: 4,
  },
  {
    id: 'backups-compared',
    image: () => {
      const image = groups();
      return image.fill(image.blockAt(image.made.blocksPerGroup), 1024);
    },
    verdict: 'warning',
    ours: ['superblock-backup-damaged'],
    theirs: [],
    status: 0,
  },
  {
    id: 'kernel-errors',
    image: () => groups().setSuper({ s_state: 3 }),
    verdict: 'warning',
    ours: ['superblock-errors-recorded'],
    theirs: [],
    status: 0,
  },
];

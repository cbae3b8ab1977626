/**
 * Every deliberate difference from e2fsck, shown by an image: what extcheck reports of it, and what e2fsck logs. The
 * reasons stand in docs/differences.md, which has a section for each row of this table.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compat } from '../src/layout/features';
import { groupDesc } from '../src/layout/group';
import { dxRootInfo, dxRootInfoOffset } from '../src/layout/htree';
import { inode, inodeFlags } from '../src/layout/inode';
import { journalSuperblock } from '../src/layout/journal';
import { mmpBlock, mmpSequence } from '../src/layout/mmp';
import { superblock, superblockOffset } from '../src/layout/superblock';
import { xattrHeader } from '../src/layout/xattr';
import type { Verdict } from '../src/problem/report';
import { blocksOf, TestDirectory } from './support/directory';
import { e2fsck, e2fsckVersion, hasE2fsprogs, makeImage } from './support/e2fsprogs';
import { inShort, TestImage } from './support/image';
import { addFlags, blockWord, tree } from './support/tree';
import { checkWhole } from './support/whole';

interface Difference {
  /** As in the headings of docs/differences.md. */
  id: string;
  /** The image needs mke2fs. */
  native?: boolean;
  image: () => TestImage;
  verdict: Verdict;
  /** All findings, in order and in short. */
  ours: readonly string[];
  /** All codes that e2fsck logs, in order and with repeats; `endless` where it starts over and over. */
  theirs: readonly string[] | 'endless';
  /** Exit status of `e2fsck -fn`: bit 4 problems left, 8 stopped; -1 where it has to be ended. */
  status: number;
}

const ext2 = () => TestImage.load('ext2-1k');
const groups = () => TestImage.load('ext2-4k');
const single = () => TestImage.load('ext2-128-inode');
const ext4 = () => TestImage.load('ext4-4k-csum');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

const differences: Difference[] = [
  {
    id: 'newer-codes',
    image: () => addFlags(ext4(), tree.home, inodeFlags.EA_INODE),
    verdict: 'incomplete',
    ours: ['xattr-inode-not-regular 0x010091'],
    theirs: [],
    status: 0,
  },
  {
    id: 'time-high-byte',
    image: () => groups().setSuper({ s_mtime: 5, s_mtime_hi: 255 }),
    verdict: 'info',
    ours: ['superblock-mount-time-future 0x000031'],
    theirs: [],
    status: 0,
  },
  {
    id: 'stop-at-value',
    image: () => groups().setSuper({ s_first_ino: 10, s_free_inodes_count: 7 }),
    verdict: 'fatal',
    ours: [
      'superblock-value-invalid 0x00000b',
      'superblock-unusable 0x000004',
      'inode-marked-unused 0x050008',
      'superblock-free-inodes-wrong 0x05000d',
    ],
    theirs: ['0x000004', '0x00000b'],
    status: 8,
  },
  {
    id: 'stop-at-journal',
    image: () => {
      const image = ext4();
      return image
        .poke(journalSuperblock.s_maxlen, image.blockAt(blocksOf(image, 8).get(0)!), 1 << 20)
        .setSuper({ s_free_inodes_count: 7 });
    },
    verdict: 'fatal',
    ours: ['journal-superblock-damaged 0x000015', 'superblock-free-inodes-wrong 0x05000d'],
    theirs: ['0x000015'],
    status: 12,
  },
  {
    id: 'stop-at-table',
    native: true,
    image: () => {
      const image = makeImage({ size: '1M', options: '-b 1024 -N 512 -O ^resize_inode' });
      return image.resized(image.blockAt(groupDesc.bg_inode_table_lo(image.view, image.groupAt(0)) + 60));
    },
    verdict: 'fatal',
    ours: [
      'image-truncated 0x000005',
      'inode-table-unreadable 0x010028',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-block-unreadable 0x020020',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
    ],
    theirs: ['0x000005'],
    status: 8,
  },
  {
    id: 'stop-at-checksum',
    image: () => {
      const image = ext4();
      image.setBlockWord(tree.fstab, 5, blockWord(image, tree.passwd, 5));
      return image.poke(inode.i_generation, image.inodeAt(tree.empty), 5);
    },
    verdict: 'error',
    ours: [
      'inode-checksum-wrong 0x010068',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'block-marked-unused 0x050004',
    ],
    theirs: ['0x010068', '0x011001', '0x011002', '0x011003', '0x011001', '0x011002', '0x011003'],
    status: 12,
  },
  {
    id: 'stop-at-attributes',
    image: () => {
      const image = ext2();
      const block = inode.i_file_acl_lo(image.view, image.inodeAt(tree.cos));
      image.poke(xattrHeader.h_blocks, image.blockAt(block), 2);
      return image.poke(xattrHeader.h_refcount, image.blockAt(block), 9);
    },
    verdict: 'error',
    ours: ['xattr-block-count 0x01003e', 'xattr-refcount-wrong 0x01003c'],
    theirs: ['0x01003e'],
    status: 12,
  },
  {
    id: 'stop-at-entry',
    image: () => at(ext2(), '/home').set('..', { rec_len: 3 }).image.setSuper({ s_free_inodes_count: 7 }),
    verdict: 'error',
    ours: [
      'directory-entry-corrupt 0x020013',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'superblock-free-inodes-wrong 0x05000d',
    ],
    theirs: ['0x020013'],
    status: 12,
  },
  {
    id: 'stop-at-root',
    native: true,
    image: () => makeImage({ size: '1M', options: '-b 1024' }).setInode(2, { i_mode: 0o100755 }),
    verdict: 'fatal',
    ours: [
      'root-not-directory 0x010001',
      'entry-type-wrong 0x020028',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'group-directories-wrong 0x05000c',
    ],
    theirs: ['0x010001', '0x020028'],
    status: 12,
  },
  {
    id: 'unread-attributes',
    image: () => {
      const image = groups();
      const last = image.made.blocksCount - 1;
      return image.setInode(tree.cos, { i_file_acl_lo: last }).resized(image.blockAt(last));
    },
    verdict: 'fatal',
    ours: [
      'image-truncated 0x000005',
      'xattr-block-unreadable 0x010039',
      'block-marked-unused 0x050004',
      'block-used-marked-free 0x050005',
    ],
    theirs: ['0x000005', '0x010039', '0x01003a', '0x01003e', '0x010039'],
    status: 12,
  },
  {
    id: 'headings-and-questions',
    image: () => ext2().setInode(tree.fstab, { i_dtime: 5 }),
    verdict: 'warning',
    ours: ['inode-orphan-leftover 0x010036', 'inode-dtime-set 0x010005'],
    theirs: ['0x010037', '0x010036', '0x010005'],
    status: 4,
  },
  {
    id: 'repeats',
    image: () =>
      at(ext2(), '/home')
        .add('again', { inode: tree.fstab, file_type: 1 })
        .image.setInode(tree.fstab, { i_links_count: 2, i_faddr: 5 }),
    verdict: 'info',
    ours: ['inode-faddr-set 0x02000d'],
    theirs: ['0x02000d', '0x02000d'],
    status: 4,
  },
  {
    id: 'sticky-metadata',
    image: () => {
      const image = ext2();
      return image
        .setBlockWord(tree.passwd, 0, groupDesc.bg_inode_table_lo(image.view, image.groupAt(3)))
        .setBlockWord(tree.initrd, 0, blockWord(image, tree.fstab, 0));
    },
    verdict: 'error',
    ours: [
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050004',
    ],
    theirs: [
      '0x011001',
      '0x011002',
      '0x011003',
      '0x011001',
      '0x011002',
      '0x011003',
      '0x011001',
      '0x011002',
      '0x011003',
      '0x013004',
      '0x013001',
      '0x013002',
      '0x013006',
      '0x013007',
      '0x013001',
      '0x013003',
      '0x013006',
      '0x013007',
      '0x013001',
      '0x013003',
      '0x013002',
      '0x013006',
      '0x013007',
      '0x050003',
      '0x050004',
      '0x050004',
      '0x050006',
    ],
    status: 4,
  },
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
    id: 'unused-tail-overflow',
    native: true,
    image: () => {
      const image = makeImage({ size: '1M', options: '-b 1024' });
      return image.setGroup(0, { bg_itable_unused_lo: image.made.inodesPerGroup + 2 });
    },
    verdict: 'warning',
    ours: [
      'group-uninit-without-checksums 0x000036',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
      'entry-inode-in-unused-tail 0x020047',
    ],
    theirs: ['0x000036'],
    status: 0,
  },
  {
    id: 'size-overflow',
    image: () => ext2().setInode(tree.home, { i_size_high: 1024 }),
    verdict: 'error',
    ours: ['inode-size-wrong 0x01000c', 'directory-size-high-set 0x02000f'],
    theirs: ['0x02000f'],
    status: 4,
  },
  {
    id: 'features-unknown',
    image: () => groups().setSuper({ s_feature_ro_compat: groups().made.sb.s_feature_ro_compat | 0x40000000 }),
    verdict: 'fatal',
    ours: ['superblock-feature-unsupported'],
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
    image: () => {
      const image = makeImage({ size: '4M', options: '-b 1024' });
      image.bytes.set([1, 2, 3, 4], superblockOffset + superblock.s_journal_uuid.offset);
      return image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat | compat.has_journal });
    },
    verdict: 'fatal',
    ours: ['journal-external 0x000011'],
    theirs: [],
    status: 12,
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
    id: 'siphash-elsewhere',
    image: () => {
      const image = ext2();
      return image.poke(
        dxRootInfo.hash_version,
        image.blockAt(blocksOf(image, tree.many).get(0)!) + dxRootInfoOffset,
        6,
      );
    },
    verdict: 'warning',
    ours: ['htree-cannot-siphash 0x01008e'],
    theirs: ['0x01008e', '0x020036', '0x020036', '0x020036', '0x020036', '0x020038'],
    status: 4,
  },
  {
    id: 'journal-error',
    native: true,
    image: () => {
      const image = makeImage({ size: '12M', options: '-b 1024 -j -J size=1' });
      return image.poke(journalSuperblock.s_errno, image.blockAt(blocksOf(image, 8).get(0)!), 0xfffffffb);
    },
    verdict: 'info',
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
    verdict: 'info',
    ours: ['superblock-errors-recorded'],
    theirs: [],
    status: 0,
  },
];

for (const { id, native, image, verdict, ours, theirs, status } of differences) {
  test.skipIf(native && !hasE2fsprogs)(`${id}: what extcheck says`, async () => {
    const report = await checkWhole(image());
    expect(inShort(report.findings)).toEqual(ours);
    expect(report.verdict).toBe(verdict);
  });

  // other versions may have learnt better
  test.skipIf(!hasE2fsprogs || e2fsckVersion !== '1.47.0')(`${id}: what e2fsck says`, () => {
    const said = e2fsck(image(), theirs === 'endless' ? 1000 : undefined);
    if (theirs !== 'endless') expect(said.codes).toEqual(theirs);
    expect(said.status).toBe(status);
  });
}

test('docs/differences.md has a section for each difference and for nothing else', () => {
  const page = readFileSync(new URL('../docs/differences.md', import.meta.url), 'utf8');
  const sections = [...page.matchAll(/^### .*\(`([a-z0-9-]+)`\)$/gm)].map((found) => found[1]);
  expect(sections).toEqual(differences.map(({ id }) => id));
});

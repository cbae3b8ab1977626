/** Differences from e2fsck that come from where it stops: it repairs, and does not want to make things worse. */

import { groupDesc } from '../../src/layout/group';
import { inode } from '../../src/layout/inode';
import { journalSuperblock } from '../../src/layout/journal';
import { xattrHeader } from '../../src/layout/xattr';
import { times } from './compare-codes';
import type { Difference } from './difference';
import { blocksOf, TestDirectory } from './directory';
import { makeImage } from './e2fsprogs';
import { TestImage } from './image';
import { blockWord, tree } from './tree';

const ext2 = () => TestImage.load('ext2-1k');
const groups = () => TestImage.load('ext2-4k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

export const stopsEarly: readonly Difference[] = [
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
      ...times(13, 'directory-block-unreadable 0x020020'),
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'inode-unattached 0x040002',
      'inode-unattached 0x040002',
    ],
    theirs: ['0x000005'],
    status: 8,
  },
  {
    id: 'stop-at-indirect',
    image: () => {
      const image = ext2();
      const free = 3500;
      image.view.setUint32(image.blockAt(free), 99_999, true);
      image.view.setUint32(image.blockAt(free) + 4, free + 1, true);
      image.view.setUint32(image.blockAt(free + 1), free + 2, true);
      return image.setBlockWord(tree.holesTriple, 13, free);
    },
    verdict: 'error',
    ours: ['block-out-of-range 0x01000e', 'inode-blocks-wrong 0x01000d', 'block-used-marked-free 0x050015'],
    theirs: ['0x010010', '0x01000e', '0x01000d', '0x050003', '0x050005', '0x050006'],
    status: 4,
  },
  {
    id: 'bitmap-relocated',
    native: true,
    image: () =>
      makeImage({ size: '4M', options: '-t ext4 -b 1024 -O ^has_journal,^resize_inode,^metadata_csum' }).setGroup(0, {
        bg_inode_bitmap_lo: 0,
      }),
    verdict: 'fatal',
    ours: [
      'group-descriptors-implausible 0x000045',
      'group-inode-bitmap-location 0x000002',
      'group-location-missing 0x010021',
      'inode-bitmap-unreadable',
      'block-marked-unused 0x050004',
      'inode-used-marked-free 0x050017',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
    ],
    theirs: ['0x000045', '0x00000a', '0x000002', '0x010021', '0x020020'],
    status: 12,
  },
  {
    id: 'descriptors-of-ones',
    native: true,
    image: () => {
      const image = makeImage({
        size: '1M',
        options: '-t ext4 -b 1024 -N 16 -O 64bit,^has_journal,^metadata_csum,^resize_inode',
      });
      return image.fill(image.groupAt(0), image.made.descSize, 255);
    },
    verdict: 'fatal',
    ours: [
      'group-descriptors-implausible 0x000045',
      'group-block-bitmap-location 0x000001',
      'group-inode-bitmap-location 0x000002',
      'group-inode-table-location 0x000003',
      'group-uninit-without-checksums 0x000036',
      'group-last-uninit 0x000039',
      'inode-table-unreadable 0x010028',
      'root-inode-missing 0x030001',
      'block-bitmap-unreadable',
      'inode-bitmap-unreadable',
      'block-used-marked-free 0x050015',
      'group-free-blocks-wrong 0x05000e',
      'superblock-free-blocks-wrong 0x05000f',
      'group-free-inodes-wrong 0x05000b',
      'group-directories-wrong 0x05000c',
      'superblock-free-inodes-wrong 0x05000d',
      'block-bitmap-padding 0x050002',
    ],
    theirs: [
      '0x000045',
      '0x00000a',
      '0x000001',
      '0x000002',
      '0x000036',
      '0x000039',
      '0x010009',
      '0x010009',
      '0x010001',
      '0x010037',
      '0x010036',
      '0x010003',
      '0x01000c',
      '0x010003',
      '0x01000d',
      '0x010088',
      '0x010089',
      '0x01007a',
      '0x010070',
      '0x010005',
      '0x01002f',
      '0x01008a',
      '0x010048',
      '0x010049',
      '0x01000d',
      '0x030001',
    ],
    status: 12,
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
      ...times(2, 'file-shares-blocks 0x013001', 'file-shares-with 0x013002'),
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
];

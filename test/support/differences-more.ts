import { roCompat } from '../../src/layout/features';
import { groupDesc } from '../../src/layout/group';
import { inode, inodeFlags } from '../../src/layout/inode';
import { times } from './compare-codes';
import type { Difference } from './difference';
import { stopsEarly } from './differences-stops';
import { TestDirectory } from './directory';
import { makeImage } from './e2fsprogs';
import { TestImage } from './image';
import { addFlags, blockWord, tree } from './tree';

const ext2 = () => TestImage.load('ext2-1k');
const groups = () => TestImage.load('ext2-4k');
const ext4 = () => TestImage.load('ext4-4k-csum');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

export const reportedMore: readonly Difference[] = [
  {
    id: 'newer-codes',
    image: () => addFlags(ext4(), tree.home, inodeFlags.EA_INODE),
    verdict: 'error',
    ours: ['xattr-inode-not-regular'],
    theirs: [],
    status: 0,
  },
  {
    id: 'time-high-byte',
    image: () => groups().setSuper({ s_mtime: 5, s_mtime_hi: 255 }),
    verdict: 'info',
    ours: ['superblock-mount-time-future'],
    theirs: [],
    status: 0,
  },
  {
    id: 'symlink-with-values',
    native: true,
    image: () => {
      const value = 'v'.repeat(3000);
      const image = makeImage({
        size: '1M',
        options: '-t ext4 -b 1024 -I 256 -N 32 -O ea_inode,^has_journal',
        commands: ['symlink link target', `ea_set link trusted.a ${value}`],
      });
      // as the kernel counts, which debugfs does not
      return image.setInode(12, { i_blocks_lo: 6 });
    },
    verdict: 'info',
    ours: ['symlink-misread-by-e2fsck 0x01000e'],
    theirs: ['0x010010', '0x01000e', '0x01000e'],
    status: 4,
  },
  ...stopsEarly,
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
    id: 'orphan-file-in-use',
    native: true,
    image: () => {
      const image = makeImage({
        size: '8M',
        options: '-t ext4 -b 1024 -O orphan_file,^metadata_csum',
        commands: ['write package-lock.json a', 'unlink a', 'sif <13> links_count 0'],
      });
      image.setSuper({ s_feature_ro_compat: image.made.sb.s_feature_ro_compat | roCompat.orphan_present });
      const file = image.view.getUint32(image.inodeAt(12) + inode.i_block.offset + 20, true);
      image.view.setUint32(image.blockAt(file) + 8, 13, true);
      return image;
    },
    verdict: 'info',
    ours: [
      'orphan-inode-pending',
      'orphan-inode-unfinished 0x010004',
      'block-marked-unused 0x050014',
      'inode-marked-unused 0x050008',
      'orphan-file-in-use 0x06000c',
    ],
    theirs: [
      '0x010004',
      '0x050003',
      '0x050014',
      '0x050006',
      '0x050007',
      '0x050008',
      '0x05000a',
      '0x06000c',
      '0x060009',
    ],
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
      ...times(3, 'blocks-multiply-claimed 0x011002'),
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
      ...times(3, '0x011001', '0x011002', '0x011003'),
      '0x013004',
      '0x013001',
      '0x013002',
      ...times(2, '0x013006', '0x013007', '0x013001', '0x013003'),
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
];

import { problems } from '../../../src/checks/inodes/bad-blocks';
import { groupDesc } from '../../../src/layout/group';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { blockWord, setBlockWords } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-4k-csum');
/** A block that nothing uses. */
const free = 3500;
const at = (image: TestImage, field: typeof groupDesc.bg_inode_table_lo, group: number): number =>
  field(image.view, image.groupAt(group));
const list =
  (...words: number[]) =>
  (image: TestImage) =>
    setBlockWords(image, 1, ...words);
const listIndirect = (block: number, direct = 0) => list(direct, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, block);

testWithWholeCheck(problems, [
  { name: 'one broken block', image: ext2, damage: list(free), findings: ['block-used-marked-free 0x050005'] },
  {
    name: 'a bad-blocks inode with an owner',
    image: ext2,
    damage: (image) => image.setInode(1, { i_gid: 1 }),
    findings: ['bad-blocks-inode-invalid 0x010065'],
  },
  {
    name: 'a bad-blocks inode with a link',
    image: ext2,
    damage: (image) => image.setInode(1, { i_links_count: 1 }),
    findings: ['bad-blocks-inode-invalid 0x010065'],
  },
  {
    name: 'a bad-blocks inode with a wrong checksum',
    image: ext4,
    damage: (image) => image.fill(image.inodeAt(1) + 8, 1, 1),
    findings: ['bad-blocks-inode-invalid 0x010065'],
  },
  {
    name: 'a broken block behind the end',
    image: ext2,
    damage: list(5000),
    findings: ['bad-blocks-out-of-range 0x010012'],
  },
  {
    name: 'a list kept in an inode table',
    image: ext2,
    damage: (image) => listIndirect(at(image, groupDesc.bg_inode_table_lo, 3) + 7)(image),
    findings: ['bad-blocks-own-block 0x01004d', 'bad-blocks-list-stops 0x010016', 'blocks-multiply-claimed'],
  },
  {
    name: 'a list kept in a block that it lists',
    image: ext2,
    damage: listIndirect(free, free),
    findings: [
      'bad-blocks-own-block 0x010015',
      'bad-blocks-list-stops 0x010016',
      ...times(2, 'blocks-multiply-claimed'),
      'block-used-marked-free 0x050005',
    ],
  },
  {
    name: 'a list kept twice in one block',
    image: ext2,
    damage: list(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, free, free),
    findings: ['bad-blocks-own-block 0x010015', 'bad-blocks-list-stops 0x010016', 'block-used-marked-free 0x050005'],
  },
  {
    name: 'a list that names the inode table that holds it',
    image: ext2,
    damage: (image) => list(at(image, groupDesc.bg_inode_table_lo, 0))(image),
    findings: [
      'bad-blocks-lists-itself 0x01007b',
      ...times(16, 'entry-inode-in-bad-block 0x020005'),
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      ...times(16, 'inode-links-wrong 0x040003'),
      'block-marked-unused 0x050004',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'a garbage list that is lost behind an indirect block that does not exist',
    image: ext2,
    damage: (image) => {
      const table = at(image, groupDesc.bg_inode_table_lo, 3) + 4;
      image.view.setUint32(image.blockAt(free) + 8, free + 1, true);
      image.view.setUint32(image.blockAt(free), 0xfffffff0, true);
      image.view.setUint32(image.blockAt(free + 1), table, true);
      return list(table + 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, free)(image).setInode(1, { i_links_count: 1 });
    },
    findings: [
      'bad-blocks-inode-invalid 0x010065',
      'bad-blocks-out-of-range 0x010012',
      'block-used-marked-free 0x050015',
      'inode-used-marked-free 0x050017',
    ],
  },
  { name: 'the primary superblock', image: ext2, damage: list(1), findings: ['bad-blocks-superblock 0x010019'] },
  { name: 'a superblock copy', image: ext2, damage: list(1025), findings: ['bad-blocks-superblock 0x01001b'] },
  { name: 'the primary descriptors', image: ext2, damage: list(2), findings: ['bad-blocks-descriptors 0x01001a'] },
  { name: 'a copy of the descriptors', image: ext2, damage: list(1026), findings: ['bad-blocks-descriptors 0x01001c'] },
  { name: 'a reserved descriptor block', image: ext2, damage: list(4), findings: ['bad-blocks-in-use 0x01001d'] },
  {
    name: 'a block bitmap',
    image: ext2,
    damage: (image) => list(at(image, groupDesc.bg_block_bitmap_lo, 2))(image),
    findings: ['bad-blocks-bitmap 0x01000a'],
  },
  {
    name: 'an inode bitmap',
    image: ext2,
    damage: (image) => list(at(image, groupDesc.bg_inode_bitmap_lo, 2))(image),
    findings: ['bad-blocks-bitmap 0x01000b'],
  },
  {
    name: 'a later block of an inode table',
    image: ext2,
    damage: (image) => list(at(image, groupDesc.bg_inode_table_lo, 3) + 7)(image),
    findings: ['inode-used-marked-free 0x050017'],
  },
  {
    name: 'a list kept in a block of its own that names a block of a directory',
    image: ext2,
    damage: (image) => {
      const listed = blockWord(image, 2, 0);
      image.view.setUint32(image.blockAt(free), listed, true);
      return listIndirect(free)(image);
    },
    findings: [
      'blocks-multiply-claimed',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'block-used-marked-free 0x050005',
    ],
  },
]);

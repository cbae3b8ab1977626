import { checkResizeInode, problems } from '../../../src/checks/superblock/resize-inode';
import { compat } from '../../../src/layout/features';
import { fileType, inode } from '../../../src/layout/inode';
import type { ReportFinding } from '../../../src/problem/collector';
import { type Damage, damaged, testDamages } from '../../support/damages';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  const { volume, groups } = await image.open();
  await checkResizeInode(volume, groups, report);
};

const grows = () => TestImage.load('ext2-1k');
const summed = () => TestImage.load('ext4-4k-csum');
const fixedSize = () => TestImage.load('ext4-flex-bg-meta-bg');
const doubleIndirect = 13;

const list = (image: TestImage): number =>
  image.blockAt(image.view.getUint32(image.inodeAt(7) + inode.i_block.offset + doubleIndirect * 4, true));
/** Byte offset of the first reserved block, which lists its copies in the other groups. */
const firstReserved = (image: TestImage): number =>
  image.blockAt(image.made.firstDataBlock + 1 + image.made.descBlocks);
/** Overwrites the word at byte `at`. */
const word = (image: TestImage, at: number, value: number): TestImage => {
  image.view.setUint32(at, value, true);
  return image;
};

const invalid = ['resize-inode-invalid 0x000030'];

const damages: Damage[] = [
  {
    name: 'both ways of growing',
    image: fixedSize,
    damage: (image) => image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat | compat.resize_inode }),
    findings: ['resize-inode-with-meta-bg 0x000051', ...invalid],
  },
  {
    name: 'reserved blocks without the feature',
    native: true,
    image: () => makeImage({ size: '4M', options: '-b 1024 -O ^resize_inode' }),
    damage: (image) => image.setSuper({ s_reserved_gdt_blocks: 2 }),
    findings: ['resize-blocks-without-feature 0x00002e'],
  },
  {
    name: 'a filled inode without the feature',
    image: fixedSize,
    damage: (image) => image.setBlockWord(7, 14, 900),
    findings: ['resize-inode-not-clear 0x00002f'],
  },
  {
    name: 'the feature switched off alone',
    image: grows,
    damage: (image) => image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat & ~compat.resize_inode }),
    findings: ['resize-blocks-without-feature 0x00002e', 'resize-inode-not-clear 0x00002f'],
  },
  ...[0, 12, 14].map((number) => ({
    name: `a block in word ${number}`,
    image: grows,
    damage: (image: TestImage) => image.setBlockWord(7, number, 900),
    findings: invalid,
  })),
  damaged('no list', grows, (image) => image.setBlockWord(7, doubleIndirect, 0), invalid),
  {
    name: 'a list outside the file system',
    image: grows,
    damage: (image) => image.setBlockWord(7, doubleIndirect, image.made.blocksCount),
    findings: invalid,
  },
  damaged('no links', grows, (image) => image.setInode(7, { i_links_count: 0 }), invalid),
  damaged('a directory', grows, (image) => image.setInode(7, { i_mode: fileType.DIRECTORY }), invalid),
  {
    name: 'a socket, whose mode has the bit of a regular file',
    image: grows,
    damage: (image) => image.setInode(7, { i_mode: fileType.SOCKET }),
    findings: [],
  },
  {
    name: 'a wrong entry in the list',
    image: grows,
    damage: (image) => word(image, list(image) + image.made.descBlocks * 4, 900),
    findings: invalid,
  },
  {
    name: 'an entry outside what e2fsck looks at',
    image: grows,
    damage: (image) =>
      word(image, list(image) + (image.made.descBlocks + (image.made.sb.s_reserved_gdt_blocks >> 2)) * 4, 900),
    findings: [],
  },
  damaged('a wrong copy of a reserved block', grows, (image) => word(image, firstReserved(image) + 4, 900), invalid),
  {
    name: 'a wrong copy of a reserved block, with bigalloc and 1 KiB blocks',
    native: true,
    image: () => makeImage({ size: '32M', options: '-t ext4 -b 1024 -C 2048 -O bigalloc' }),
    damage: (image) => word(image, firstReserved(image) + 1024, 900),
    findings: invalid,
  },
  {
    name: 'a wrong checksum of the inode',
    image: summed,
    damage: (image) => image.poke(inode.i_generation, image.inodeAt(7), 5),
    findings: ['resize-inode-unreadable 0x01004e'],
  },
  {
    name: 'no inode table',
    image: () => TestImage.load('ext2-128-inode'),
    damage: (image) => image.setGroup(0, { bg_inode_table_lo: 0 }),
    findings: ['resize-inode-unreadable 0x01004e'],
  },
  {
    name: 'a wrong checksum of the inode without the feature',
    image: fixedSize,
    damage: (image) => image.poke(inode.i_generation, image.inodeAt(7), 5),
    findings: [],
  },
];

testDamages(problems, check, damages);

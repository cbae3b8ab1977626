import { problems } from '../../../src/checks/inodes/mapping/extents';
import { extentHeader, extentIndex, extentLeaf } from '../../../src/layout/extent';
import { groupDesc } from '../../../src/layout/group';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestImage } from '../../support/image';
import { setNode, setRoot, tree } from '../../support/tree';

const flat = () => TestImage.load('ext4-4k-csum');
/** /var/lib/forks: extents of one block at each even logical block, in five leaf nodes below one index node. */
const deep = () => TestImage.load('ext4-1k-csum-tree');
const indexNode = 782;
const firstLeaf = 449;
const lastLeaf = 783;
const node = (block: number, entry: number, field: typeof extentLeaf.ee_block, value: number) => (image: TestImage) =>
  setNode(image, tree.forks, block, entry, field, value);

testWithWholeCheck(problems, [
  {
    name: 'a root without its magic number',
    image: flat,
    damage: (image) => setRoot(image, tree.initrd, 0, extentHeader.eh_magic, 0xf30b),
    findings: ['extent-root-missing 0x010081', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'a root that has more entries than it can',
    image: flat,
    damage: (image) => setRoot(image, tree.etc, 0, extentHeader.eh_entries, 5),
    findings: [
      'extent-root-missing 0x010081',
      'directory-empty 0x010006',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      'directory-unattached 0x030003',
      'directory-dotdot-wrong 0x030005',
      ...times(4, 'inode-links-wrong 0x040003'),
      ...times(6, 'inode-unattached 0x040002'),
      'block-marked-unused 0x050004',
    ],
  },
  {
    name: 'a root deeper than any file needs',
    image: flat,
    damage: (image) => setRoot(image, tree.empty, 0, extentHeader.eh_depth, 6),
    findings: ['extent-root-too-deep 0x01007f'],
  },
  {
    name: 'a node without entries',
    image: deep,
    damage: node(firstLeaf, 0, extentHeader.eh_entries, 0),
    findings: ['extent-tree-broken 0x010057', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'a node that leads to itself',
    image: deep,
    damage: node(indexNode, 5, extentIndex.ei_leaf_lo, indexNode),
    findings: [
      'extent-tree-broken 0x010057',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a node behind the end of the image',
    image: deep,
    damage: (image) => {
      const last = image.made.blocksCount - 1;
      return node(indexNode, 5, extentIndex.ei_leaf_lo, last)(image).resized(image.blockAt(last));
    },
    findings: [
      'image-truncated 0x000005',
      'extent-tree-broken 0x010057',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a node of zeros',
    image: deep,
    damage: (image) => image.fill(image.blockAt(lastLeaf), 1024),
    findings: [
      'extent-node-zero',
      'extent-header-invalid 0x01005f',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a leaf that says it is an index',
    image: deep,
    damage: node(lastLeaf, 0, extentHeader.eh_depth, 1),
    findings: ['extent-depth-mismatch'],
  },
  {
    name: 'an extent that starts behind the end',
    image: flat,
    damage: (image) => setRoot(image, tree.initrd, 1, extentLeaf.ee_start_lo, image.made.blocksCount),
    findings: ['extent-block-out-of-range 0x010058', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'an extent at block 0',
    image: deep,
    damage: node(lastLeaf, 3, extentLeaf.ee_start_lo, 0),
    findings: ['extent-block-out-of-range 0x010058', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'an index that leads behind the end',
    image: deep,
    damage: node(indexNode, 5, extentIndex.ei_leaf_hi, 1),
    findings: [
      'extent-block-out-of-range 0x010058',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'an extent that ends behind the end',
    image: flat,
    damage: (image) => setRoot(image, tree.initrd, 1, extentLeaf.ee_start_lo, image.made.blocksCount - 5),
    findings: ['extent-ends-beyond 0x010059', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050014'],
  },
  {
    name: 'an extent that starts before the one in front',
    image: deep,
    damage: node(lastLeaf, 3, extentLeaf.ee_block, 665),
    findings: ['extent-out-of-order 0x01005e', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'an extent that reaches into the next node',
    image: deep,
    damage: node(firstLeaf, 83, extentLeaf.ee_len, 3),
    findings: ['extent-end-out-of-bounds 0x01006e', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'an unwritten extent that reaches behind the end of the file',
    image: deep,
    damage: (image) => node(lastLeaf, 68, extentLeaf.ee_len, 32768 + 3)(image),
    findings: [
      'inode-blocks-wrong 0x01000d',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011008',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-blocks 0x013001',
      'file-shares-with 0x013002',
      'file-shares-with 0x013002',
    ],
  },
  {
    name: 'an extent of no blocks',
    image: deep,
    damage: node(firstLeaf, 2, extentLeaf.ee_len, 0),
    findings: ['extent-length-zero 0x010066', 'inode-blocks-wrong 0x01000d', 'block-marked-unused 0x050004'],
  },
  {
    name: 'two extents for the same block',
    image: deep,
    damage: node(lastLeaf, 4, extentLeaf.ee_len, 3),
    findings: [
      'extent-collision 0x01007d',
      'inode-blocks-wrong 0x01000d',
      'blocks-multiply-claimed 0x011002',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
    ],
  },
  {
    name: 'a node without its magic number',
    image: deep,
    damage: node(lastLeaf, 0, extentHeader.eh_magic, 0),
    findings: [
      'extent-header-invalid 0x01005f',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a node that has room for one entry too many',
    image: deep,
    damage: node(lastLeaf, 0, extentHeader.eh_max, 85),
    findings: [
      'extent-header-invalid 0x01005f',
      'inode-blocks-wrong 0x01000d',
      'block-marked-unused 0x050014',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a node with a wrong checksum',
    image: deep,
    damage: (image) => image.fill(image.blockAt(firstLeaf) + 1020, 4),
    findings: ['extent-node-checksum-wrong 0x01006a'],
  },
  {
    name: 'an index that starts elsewhere than its node',
    image: deep,
    damage: node(indexNode, 2, extentIndex.ei_block, 167),
    findings: ['extent-index-start-wrong 0x01006d'],
  },
  {
    name: 'a directory with a gap',
    image: flat,
    damage: (image) => setRoot(image, tree.many, 2, extentLeaf.ee_block, 2),
    findings: [
      'directory-extent-gap 0x010072',
      'inode-size-wrong 0x01000c',
      'directory-hole 0x020015',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
    ],
  },
  {
    name: 'a directory whose block was never written',
    image: flat,
    damage: (image) => setRoot(image, tree.home, 1, extentLeaf.ee_len, 32769),
    findings: ['directory-extent-unwritten 0x010073'],
  },
  {
    name: 'a directory block beyond 2 GiB',
    image: flat,
    damage: (image) => setRoot(image, tree.many, 2, extentLeaf.ee_block, 524285),
    findings: [
      'directory-too-big-extent 0x010044',
      'inode-size-wrong 0x01000c',
      'inode-blocks-wrong 0x01000d',
      ...times(4, 'htree-block-missing 0x02003a'),
      'inode-unattached 0x040002',
      'block-marked-unused 0x050014',
    ],
  },
  {
    name: 'a node on an inode table, and below it an extent behind the end of the image',
    image: deep,
    damage: (image) => {
      const { inodesPerGroup, inodeSize, blockSize, groupCount } = image.made;
      const table = groupDesc.bg_inode_table_lo(image.view, image.groupAt(groupCount - 1));
      const last = table + (inodesPerGroup * inodeSize) / blockSize - 1;
      image.bytes.copyWithin(image.blockAt(last), image.blockAt(firstLeaf), image.blockAt(firstLeaf + 1));
      setNode(image, tree.forks, last, 1, extentLeaf.ee_start_lo, 99_999);
      return setNode(image, tree.forks, indexNode, 1, extentIndex.ei_leaf_lo, last);
    },
    findings: [
      'mapping-on-metadata 0x010071',
      'blocks-multiply-claimed 0x011002',
      'file-shares-blocks 0x013001',
      'file-shares-metadata 0x013003',
      'block-marked-unused 0x050004',
      'block-marked-unused 0x050004',
    ],
  },
]);

import { problems } from '../../../src/checks/directories/htree';
import { dirent } from '../../../src/layout/dirent';
import { dxCountLimit, dxEntry, dxRootInfoOffset } from '../../../src/layout/htree';
import { inode, inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { inodeOf, TestDirectory } from '../../support/directory';
import { makeImage } from '../../support/e2fsprogs';
import { casefoldedImage, entriesOf, sealedImage } from '../../support/encoded';
import { TestImage } from '../../support/image';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
/** An index of two levels. */
const deep = () => TestImage.load('ext3-1k-htree');
const many = (image: TestImage) => TestDirectory.at(image, '/usr/share/many');

/** An index of two levels with checksums: e2fsck makes it from a directory that says it has one. */
const checked = () => {
  const commands = ['mkdir d', 'mknod p p'];
  for (let i = 0; i < 390; i++) {
    if (i % 3 === 0) commands.push('expand_dir d');
    commands.push(`ln p d/${String(i).padStart(250, 'n')}`);
  }
  commands.push('sif d flags 0x81000');
  return makeImage({ size: '4M', options: '-t ext4 -b 1024 -O metadata_csum', commands, settle: true });
};

/** The block that entry `index` of a root or node leads to. */
const targetOf = (directory: TestDirectory, index: number, logical = 0): number =>
  dxEntry.block(directory.image.view, directory.indexEntryAt(index, logical));
const hashOf = (directory: TestDirectory, index: number, logical = 0): number =>
  dxEntry.hash(directory.image.view, directory.indexEntryAt(index, logical));

testWithWholeCheck(problems, [
  {
    name: 'an index that lost its last entry',
    image: ext4,
    damage: (image) => {
      const directory = many(image);
      const count = dxCountLimit.count(image.view, directory.indexAt());
      return directory.setCount({ count: count - 1 }).image;
    },
    findings: ['htree-max-hash 0x020037', 'htree-block-unreferenced 0x020034'],
  },
  {
    name: 'two entries of the index that lead to one block',
    image: ext2,
    damage: (image) => {
      const directory = many(image);
      return directory.setIndexEntry(2, { block: targetOf(directory, 1) }).image;
    },
    findings: [
      'htree-min-hash 0x020036',
      'htree-block-referenced-twice 0x020035',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
    ],
  },
  {
    name: 'an entry of the index that leads back to the root',
    image: ext2,
    damage: (image) => many(image).setIndexEntry(2, { block: 0 }).image,
    findings: ['htree-block-referenced-twice 0x020035', 'htree-max-hash 0x020037', 'htree-block-unreferenced 0x020034'],
  },
  {
    name: 'a limit of the index that was raised',
    image: ext4,
    damage: (image) => {
      const directory = many(image);
      return directory.setIndexEntry(3, { hash: hashOf(directory, 3) + 0x1000000 }).image;
    },
    findings: ['htree-min-hash 0x020036'],
  },
  {
    name: 'a limit of the index that was lowered',
    image: ext2,
    damage: (image) => {
      const directory = many(image);
      return directory.setIndexEntry(3, { hash: hashOf(directory, 3) - 0x1000000 }).image;
    },
    findings: [],
  },
  {
    name: 'a name in a block of other hashes',
    image: ext4,
    damage: (image) => {
      const directory = many(image);
      return directory.set(directory.nameAt(directory.records(4)[0]!), {}, 'a').image;
    },
    findings: ['htree-max-hash 0x020037'],
  },
  {
    name: 'two entries of the index that were exchanged',
    image: ext4,
    damage: (image) => {
      const directory = many(image);
      const [a, b] = [hashOf(directory, 2), hashOf(directory, 3)];
      return directory.setIndexEntry(2, { hash: b }).setIndexEntry(3, { hash: a }).image;
    },
    findings: ['htree-hash-order 0x02003f', 'htree-min-hash 0x020036', 'htree-max-hash 0x020037'],
  },
  {
    name: 'two entries of a node that were exchanged',
    image: deep,
    damage: (image) => {
      const directory = many(image);
      const node = targetOf(directory, 0);
      const [a, b] = [hashOf(directory, 2, node), hashOf(directory, 3, node)];
      return directory.setIndexEntry(2, { hash: b }, node).setIndexEntry(3, { hash: a }, node).image;
    },
    findings: ['htree-hash-order 0x02003f', 'htree-min-hash 0x020036', 'htree-max-hash 0x020037'],
  },
  {
    name: 'a root that says there is one more level',
    image: ext4,
    damage: (image) => many(image).setRoot({ indirect_levels: 1 }).image,
    findings: Array<string>(12).fill('htree-depth-uneven 0x020040'),
  },
  {
    name: 'a root that says there is one level less',
    image: deep,
    damage: (image) => many(image).setRoot({ indirect_levels: 0 }).image,
    findings: Array<string>(125).fill('htree-depth-uneven 0x020040'),
  },
  {
    name: 'a root that says there are three levels more',
    image: ext2,
    damage: (image) => many(image).setRoot({ indirect_levels: 3 }).image,
    findings: [
      'htree-too-deep 0x01004c',
      'superblock-large-dir-missing 0x020039',
      'htree-root-bad 0x02003c',
      'htree-depth-uneven 0x020040',
      'htree-depth-uneven 0x020040',
      'htree-depth-uneven 0x020040',
      'htree-depth-uneven 0x020040',
      'htree-depth-uneven 0x020040',
    ],
  },
  {
    name: 'a root whose reserved word is set',
    image: ext4,
    damage: (image) => many(image).setRoot({ reserved_zero: 1 }).image,
    findings: ['htree-root-invalid 0x010049', 'htree-root-bad 0x02003c', 'htree-root-checksum-wrong 0x020049'],
  },
  {
    name: 'a root with a shorter head',
    image: ext2,
    damage: (image) => image.fill(many(image).blockAt() + dxRootInfoOffset + 5, 1, 4),
    findings: [
      'htree-root-invalid 0x010049',
      'htree-root-bad 0x02003c',
      'htree-limit-wrong 0x02003d',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
      'htree-max-hash 0x020037',
      'htree-block-unreferenced 0x020034',
    ],
  },
  {
    name: 'an entry of the index that leads outside the directory',
    image: ext4,
    damage: (image) => many(image).setIndexEntry(2, { block: 1000 }).image,
    findings: ['htree-block-missing 0x02003a', 'htree-max-hash 0x020037', 'htree-block-unreferenced 0x020034'],
  },
  {
    name: 'a root that says it has room for one entry less',
    image: ext2,
    damage: (image) => many(image).setCount({ limit: 123 }).image,
    findings: ['htree-limit-wrong 0x02003d'],
  },
  {
    name: 'a root that says it has more entries than fit',
    image: ext2,
    damage: (image) => many(image).setCount({ count: 125 }).image,
    findings: [
      'htree-count-wrong 0x02003e',
      'htree-hash-order 0x02003f',
      'htree-block-referenced-twice 0x020035',
      'htree-max-hash 0x020037',
    ],
  },
  {
    name: 'a root whose checksum is wrong',
    image: ext4,
    damage: (image) => image.fill(many(image).blockAt() + image.made.blockSize - 4, 1, 0),
    findings: ['htree-root-checksum-wrong 0x020049'],
  },
  {
    name: 'a node whose checksum is wrong',
    native: true,
    image: checked,
    damage: (image) => {
      const directory = TestDirectory.at(image, '/d');
      const node = targetOf(directory, 0);
      return image.fill(directory.blockAt(node) + image.made.blockSize - 4, 1);
    },
    findings: ['htree-node-checksum-wrong 0x02004a'],
  },
  {
    name: 'a node with an entry less',
    native: true,
    image: checked,
    damage: (image) => {
      const directory = TestDirectory.at(image, '/d');
      const node = targetOf(directory, 0);
      const count = dxCountLimit.count(image.view, directory.indexAt(node));
      return directory.setCount({ count: count - 1 }, node).image;
    },
    findings: ['htree-depth-uneven 0x020040', 'htree-max-hash 0x020037', 'htree-block-unreferenced 0x020034'],
  },
  {
    name: 'a name in a block of other hashes where case does not count',
    native: true,
    image: casefoldedImage,
    damage: (image) => {
      const directory = TestDirectory.at(image, '/tree');
      const { at, logical } = entriesOf(directory)[0]!;
      image.fill(at + 8, 1, 0x7a);
      return directory.restamp(logical).image;
    },
    findings: ['htree-max-hash 0x020037'],
  },
  {
    name: 'names in other cases where case does not count',
    native: true,
    image: casefoldedImage,
    damage: (image) => {
      const directory = TestDirectory.at(image, '/tree');
      // the Cyrillic capital of every name becomes a small letter
      for (const { at, logical } of entriesOf(directory)) {
        for (let i = at + 8; i < at + 8 + dirent.name_len(image.view, at) - 1; i++)
          if (image.bytes[i] === 0xd0 && image.bytes[i + 1] === 0x96) image.bytes[i + 1] = 0xb6;
        directory.restamp(logical);
      }
      return image;
    },
    findings: [],
  },
  {
    name: 'an index by folded names of a directory that counts case',
    native: true,
    image: casefoldedImage,
    damage: (image) => image.setInode(inodeOf(image, '/tree'), { i_flags: 0x81000 }),
    findings: [
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
      'htree-max-hash 0x020037',
      'htree-min-hash 0x020036',
    ],
  },
  {
    name: 'a name that is not UTF-8, misplaced by its bytes',
    native: true,
    image: casefoldedImage,
    damage: (image) => {
      const directory = TestDirectory.at(image, '/tree');
      const { at, logical } = entriesOf(directory)[0]!;
      image.fill(at + 8, 1, 0xff);
      return directory.restamp(logical).image;
    },
    e2fsckDiffers: 'it takes the hash of the entry before it',
    findings: ['htree-max-hash 0x020037'],
  },
  {
    name: 'a stored hash that is too small',
    native: true,
    image: sealedImage,
    damage: (image) => image.fill(entriesOf(TestDirectory.at(image, '/both'))[9]!.at + 8 + 100, 4),
    findings: ['htree-min-hash 0x020036'],
  },
  {
    name: 'a stored hash that is too large',
    native: true,
    image: sealedImage,
    damage: (image) => image.fill(entriesOf(TestDirectory.at(image, '/both'))[9]!.at + 8 + 100, 4, 0xee),
    findings: ['htree-max-hash 0x020037'],
  },
  {
    name: 'a record without room for its hash',
    native: true,
    image: sealedImage,
    damage: (image) => {
      const { at } = entriesOf(TestDirectory.at(image, '/both'))[2]!;
      return image.poke(dirent.name_len, at, 105);
    },
    findings: ['directory-entry-corrupt 0x020013', ...times(6, 'inode-unattached 0x040002')],
  },
  {
    name: 'stored hashes in a directory that lost its encryption',
    native: true,
    image: sealedImage,
    damage: (image) => {
      const ino = inodeOf(image, '/both');
      return image.setInode(ino, { i_flags: inode.i_flags(image.view, image.inodeAt(ino)) & ~inodeFlags.ENCRYPT });
    },
    findings: ['htree-cannot-siphash 0x01008e', ...times(18, 'entry-name-illegal 0x020008')],
  },
  {
    name: 'an index by a hash that nobody knows',
    image: ext2,
    damage: (image) => many(image).setRoot({ hash_version: 7 }).image,
    findings: [
      'htree-hash-unknown 0x01004a',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
      'htree-min-hash 0x020036',
    ],
  },
]);

import { problems } from '../../../src/checks/directories/repeated-names';
import { dirent } from '../../../src/layout/dirent';
import { incompat } from '../../../src/layout/features';
import { inodeFlags } from '../../../src/layout/inode';
import { testWithWholeCheck } from '../../support/check-damages';
import { TestDirectory } from '../../support/directory';
import { casefoldedImage, entriesOf, sealedImage } from '../../support/encoded';
import { TestImage } from '../../support/image';
import { addFlags, tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const etc = (image: TestImage) => TestDirectory.at(image, '/etc');
const file = 1;

/** Renames entries of one block, in their order, to names that are no longer. */
function rename(image: TestImage, path: string, ...names: string[]): TestImage {
  const directory = TestDirectory.at(image, path);
  const entries = entriesOf(directory).slice(0, names.length);
  for (const [i, { at }] of entries.entries()) {
    const name = new TextEncoder().encode(names[i]);
    image.poke(dirent.name_len, at, name.length).bytes.set(name, at + 8);
  }
  return directory.restamp(entries[0]!.logical).image;
}

testWithWholeCheck(problems, [
  {
    name: 'the same entry twice',
    image: ext2,
    damage: (image) => etc(image).add('fstab', { inode: tree.fstab, file_type: file }).image,
    findings: [
      'directory-duplicate-names 0x020043',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a name three times',
    image: ext4,
    damage: (image) =>
      etc(image)
        .add('fstab', { inode: tree.passwd, file_type: file })
        .add('fstab', { inode: tree.fstab, file_type: file }).image,
    findings: [
      'directory-duplicate-names 0x020043',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'two names twice each',
    image: ext4,
    damage: (image) =>
      etc(image)
        .add('passwd', { inode: tree.passwd, file_type: file })
        .add('fstab', { inode: tree.passwd, file_type: file }).image,
    findings: [
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020042',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a name twice, in two blocks',
    image: ext2,
    damage: (image) => {
      const many = TestDirectory.at(image, '/usr/share/many');
      const name = many.nameAt(many.records(1)[0]!);
      return many.add(name, { inode: tree.fstab, file_type: file }, 5).image;
    },
    findings: ['htree-min-hash 0x020036', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a name twice in one block of a hash index',
    image: ext2,
    damage: (image) => {
      const many = TestDirectory.at(image, '/usr/share/many');
      const name = many.nameAt(many.records(5)[0]!);
      return many.add(name, { inode: tree.fstab, file_type: file }, 5).image;
    },
    findings: ['directory-duplicate-names 0x020043', 'entry-name-not-unique 0x020042', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'two more ".." in a directory with an index',
    image: ext2,
    damage: (image) => {
      const many = TestDirectory.at(image, '/usr/share/many');
      many.add('..', { inode: tree.fstab, file_type: file }, 5).add('..', { inode: tree.fstab, file_type: file }, 5);
      return many.image;
    },
    findings: [
      'entry-dotdot-again 0x02001b',
      'entry-dotdot-again 0x02001b',
      'directory-duplicate-names 0x020043',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'two more ".." in a directory of many blocks where none can have an index',
    image: () => TestImage.load('ext2-rev0'),
    damage: (image) => {
      const lost = TestDirectory.at(image, '/lost+found');
      lost.add('..', { inode: tree.fstab, file_type: 0 }, 1).add('..', { inode: tree.fstab, file_type: 0 }, 1);
      return lost.image;
    },
    findings: [
      'entry-dotdot-again 0x02001b',
      'entry-dotdot-again 0x02001b',
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020042',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'two more ".." in a directory of many empty blocks',
    image: ext2,
    damage: (image) => {
      const lost = TestDirectory.at(image, '/lost+found');
      lost.add('..', { inode: tree.fstab, file_type: file }, 1).add('..', { inode: tree.fstab, file_type: file }, 1);
      return lost.image;
    },
    findings: [
      'entry-dotdot-again 0x02001b',
      'entry-dotdot-again 0x02001b',
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020042',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a name twice in an encrypted directory',
    image: ext4,
    damage: (image) => {
      image.setSuper({ s_feature_incompat: image.made.sb.s_feature_incompat | incompat.encrypt });
      addFlags(image, tree.etc, inodeFlags.ENCRYPT);
      return etc(image).add('fstab', { inode: tree.passwd, file_type: file }).image;
    },
    findings: [
      'superblock-backup-older',
      'encryption-policy-missing 0x01008a',
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020054',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a name twice beside an entry without a name',
    image: ext2,
    damage: (image) =>
      etc(image).add('fstab', { inode: tree.passwd, file_type: file }).set('passwd', { name_len: 0 }).image,
    findings: [
      'entry-name-empty 0x020030',
      'directory-duplicate-names 0x020043',
      'directory-not-reread 0x031002',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a name twice in a directory that is said to be shorter',
    image: ext2,
    damage: (image) => {
      TestDirectory.at(image, '/lost+found')
        .add('a', { inode: tree.fstab, file_type: file })
        .add('a', { inode: tree.fstab, file_type: file });
      return image.setInode(11, { i_size_lo: 11 * 1024 });
    },
    findings: [
      'inode-size-wrong 0x01000c',
      'directory-duplicate-names 0x020043',
      'directory-not-reread 0x031002',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'names that differ in case where the file system is strict about names',
    native: true,
    image: () => casefoldedImage({ strict: true }),
    damage: (image) => rename(image, '/flat', 'ẞa1', 'SSA1'),
    findings: ['directory-duplicate-names 0x020043', 'entry-repeated 0x020041', 'entry-name-not-unique 0x020042'],
  },
  {
    name: 'names that differ in case where it is not',
    native: true,
    image: casefoldedImage,
    damage: (image) => rename(image, '/flat', 'ẞa1', 'SSA1'),
    findings: [],
  },
  {
    name: 'a name twice, and a third time in capitals, where case does not count',
    native: true,
    image: casefoldedImage,
    damage: (image) => rename(image, '/flat', 'Å1', 'Å1', 'å1'),
    findings: [
      'directory-duplicate-names 0x020043',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
    ],
  },
  {
    name: 'a name twice in an indexed directory where case does not count',
    native: true,
    image: casefoldedImage,
    damage: (image) => {
      const entries = entriesOf(TestDirectory.at(image, '/tree'));
      const [from, to] = [entries[0]!.at, entries[1]!.at];
      const name = image.bytes.slice(from + 8, from + 8 + dirent.name_len(image.view, from));
      if (name.length + 8 > dirent.rec_len(image.view, to)) throw new RangeError('no room');
      image.poke(dirent.name_len, to, name.length).bytes.set(name, to + 8);
      return TestDirectory.at(image, '/tree').restamp(entries[0]!.logical).image;
    },
    findings: ['directory-duplicate-names 0x020043', 'entry-repeated 0x020041', 'entry-name-not-unique 0x020042'],
  },
  {
    name: 'a name twice with its hash',
    native: true,
    image: sealedImage,
    damage: (image) => {
      const [first, second] = entriesOf(TestDirectory.at(image, '/both'));
      image.bytes.copyWithin(second!.at + 8, first!.at + 8, first!.at + 8 + 108);
      return image;
    },
    e2fsckDiffers: 'it looks for another name without end',
    findings: [
      'directory-duplicate-names 0x020043',
      'entry-name-not-unique 0x020054',
      'entry-name-not-unique 0x020042',
    ],
  },
  {
    name: 'a name twice with different hashes',
    native: true,
    image: sealedImage,
    damage: (image) => {
      const entries = entriesOf(TestDirectory.at(image, '/both'));
      image.bytes.copyWithin(entries[2]!.at + 8, entries[0]!.at + 8, entries[0]!.at + 8 + 100);
      return image;
    },
    findings: ['directory-duplicate-names 0x020043'],
  },
  {
    name: 'two more "."',
    image: ext2,
    damage: (image) =>
      etc(image).add('.', { inode: tree.fstab, file_type: file }).add('.', { inode: tree.fstab, file_type: file })
        .image,
    findings: [
      'entry-dot-again 0x02001a',
      'directory-duplicate-names 0x020043',
      'entry-dot-again 0x02001a',
      'entry-repeated 0x020041',
      'entry-name-not-unique 0x020042',
      'inode-links-wrong 0x040003',
    ],
  },
]);

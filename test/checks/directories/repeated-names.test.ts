import { problems } from '../../../src/checks/directories/repeated-names';
import { incompat } from '../../../src/layout/features';
import { inodeFlags } from '../../../src/layout/inode';
import { TestDirectory } from '../../support/directory';
import { TestImage } from '../../support/image';
import { addFlags, tree } from '../../support/tree';
import { testWhole } from '../../support/whole';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const etc = (image: TestImage) => TestDirectory.at(image, '/etc');
const file = 1;

testWhole(problems, [
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
      'entry-name-not-unique 0x020042',
      'entry-repeated 0x020041',
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
      'superblock-backup-differs',
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
]);

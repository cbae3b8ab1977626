import { problems } from '../../../src/checks/directories/dots';
import { dirent } from '../../../src/layout/dirent';
import { testWithWholeCheck } from '../../support/check-damages';
import { TestDirectory } from '../../support/directory';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const home = (image: TestImage) => TestDirectory.at(image, '/home');

testWithWholeCheck(problems, [
  {
    name: 'a free record in the place of "."',
    image: ext2,
    damage: (image) => home(image).remove('.').image,
    findings: ['directory-dot-missing 0x020009', 'directory-dot-inode-wrong 0x020001', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'another name in the place of "."',
    image: ext4,
    damage: (image) => home(image).set('.', {}, ',').image,
    findings: ['directory-dot-not-first 0x02000b'],
  },
  {
    name: 'a longer name in the place of "."',
    image: ext2,
    damage: (image) => home(image).set('.', {}, '.a').image,
    findings: ['directory-dot-not-first 0x02000b'],
  },
  {
    name: 'a byte behind "."',
    image: ext4,
    damage: (image) => {
      const directory = home(image);
      image.fill(directory.entryAt('.') + 9, 1, 0x20);
      return directory.restamp().image;
    },
    findings: ['directory-dot-not-terminated 0x020016'],
  },
  {
    name: 'a "." that names another directory',
    image: ext4,
    damage: (image) => home(image).set('.', { inode: tree.etc }).image,
    findings: ['directory-dot-inode-wrong 0x020001', 'inode-links-wrong 0x040003', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a "." that names an inode that is not in use',
    image: ext2,
    damage: (image) => home(image).set('.', { inode: 100 }).image,
    findings: [
      'directory-dot-inode-wrong 0x020001',
      'entry-inode-unused 0x020003',
      'entry-type-wrong 0x020028',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a "." that names an inode that cannot be',
    image: ext2,
    damage: (image) => home(image).set('.', { inode: 70_000 }).image,
    findings: ['directory-dot-inode-wrong 0x020001', 'entry-inode-invalid 0x020002', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a "." with room for another name',
    image: ext4,
    damage: (image) => {
      const directory = home(image);
      const from = directory.entryAt('..');
      image.bytes.copyWithin(from + 16, from, from + 12);
      image.poke(dirent.rec_len, from + 16, dirent.rec_len(image.view, from) - 16);
      return directory.set('.', { rec_len: 28 }).image;
    },
    findings: ['directory-dot-long 0x020024'],
  },
  {
    name: 'a "." with room for an empty record',
    image: ext2,
    damage: (image) => {
      const directory = home(image);
      const from = directory.entryAt('..');
      image.bytes.copyWithin(from + 12, from, from + 12);
      image.poke(dirent.rec_len, from + 12, dirent.rec_len(image.view, from) - 12);
      return directory.set('.', { rec_len: 24 }).image;
    },
    findings: [],
  },
  {
    name: 'a "." that fills the block',
    image: ext2,
    damage: (image) => home(image).set('.', { rec_len: image.made.blockSize }).image,
    findings: ['directory-dot-long 0x020024', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a free record in the place of ".."',
    image: ext4,
    damage: (image) => home(image).remove('..').image,
    findings: ['directory-dotdot-missing 0x02000a', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'another name in the place of ".."',
    image: ext2,
    damage: (image) => home(image).set('..', {}, '.,').image,
    findings: ['directory-dotdot-not-second 0x02000c', 'directory-dotdot-wrong 0x030005'],
  },
  {
    name: 'a byte behind ".."',
    image: ext4,
    damage: (image) => {
      const directory = home(image);
      image.fill(directory.entryAt('..') + 10, 1, 0x20);
      return directory.restamp().image;
    },
    findings: ['directory-dotdot-not-terminated 0x020017', 'directory-dotdot-wrong 0x030005'],
  },
]);

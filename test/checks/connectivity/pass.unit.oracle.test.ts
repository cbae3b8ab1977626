import { problems } from '../../../src/checks/connectivity/pass';
import { testWithWholeCheck } from '../../support/check-damages';
import { times } from '../../support/compare-codes';
import { TestDirectory } from '../../support/directory';
import { makeImage } from '../../support/e2fsprogs';
import { TestImage } from '../../support/image';
import { tree } from '../../support/tree';

const ext2 = () => TestImage.load('ext2-1k');
const ext4 = () => TestImage.load('ext4-1k-csum-tree');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);
const folder = 2;

testWithWholeCheck(problems, [
  {
    name: 'a root directory that was deleted',
    native: true,
    image: () => makeImage({ size: '4M', options: '-b 1024', commands: ['mkdir a'] }),
    damage: (image) => image.setInode(2, { i_links_count: 0, i_dtime: 1_600_000_000 }),
    findings: [
      ...times(2, 'entry-inode-unused 0x020003', 'entry-type-wrong 0x020028'),
      'root-inode-missing 0x030001',
      ...times(2, 'directory-unattached 0x030003', 'directory-dotdot-wrong 0x030005'),
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
      'block-marked-unused 0x050004',
      'inode-marked-unused 0x050008',
      'group-directories-wrong 0x05000c',
    ],
  },
  {
    name: 'an empty directory whose name is gone',
    image: ext4,
    damage: (image) => at(image, '/').remove('home').image,
    findings: ['directory-unattached 0x030003', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a directory of directories whose name is gone',
    image: ext2,
    damage: (image) => at(image, '/usr').remove('lib').image,
    findings: ['directory-unattached 0x030003', 'directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'two directories cut off one inside the other',
    image: ext2,
    damage: (image) => {
      at(image, '/').remove('usr');
      return new TestDirectory(image, 27).remove('lib').image;
    },
    findings: [
      ...times(2, 'directory-unattached 0x030003', 'directory-dotdot-wrong 0x030005'),
      'inode-links-wrong 0x040003',
      'inode-links-wrong 0x040003',
    ],
  },
  {
    name: 'a directory that hangs below itself',
    image: ext2,
    damage: (image) => {
      const log = at(image, '/var/log');
      const root = at(image, '/');
      const target = at(image, '/var').ino;
      root.remove('var');
      return log.add('var', { inode: target, file_type: folder }).image;
    },
    findings: ['directory-loop', 'directory-dotdot-wrong 0x030005'],
  },
  {
    name: 'a directory that holds only itself',
    image: ext4,
    damage: (image) => {
      const home = at(image, '/home');
      at(image, '/').remove('home');
      return home.add('home', { inode: home.ino, file_type: folder }).image;
    },
    findings: ['entry-links-self 0x020004', 'directory-loop', 'directory-dotdot-wrong 0x030005'],
  },
  {
    name: 'a ".." that names another directory',
    image: ext4,
    damage: (image) => at(image, '/home').set('..', { inode: tree.etc }).image,
    findings: ['directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a ".." of the root directory that leads elsewhere',
    image: ext2,
    damage: (image) => at(image, '/').set('..', { inode: tree.etc }).image,
    findings: ['directory-dotdot-wrong 0x030005', 'inode-links-wrong 0x040003', 'inode-links-wrong 0x040003'],
  },
  {
    name: 'a directory that was moved without its ".."',
    image: ext2,
    damage: (image) => {
      const home = at(image, '/home').ino;
      at(image, '/').remove('home');
      return at(image, '/var').add('home', { inode: home, file_type: folder }).image;
    },
    findings: ['directory-dotdot-wrong 0x030005'],
  },
]);

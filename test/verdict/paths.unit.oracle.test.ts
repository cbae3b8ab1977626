import { expect } from 'vitest';
import { checkWhole } from '../support/check-damages';
import { TestDirectory } from '../support/directory';
import { makeImage } from '../support/e2fsprogs';
import { TestImage } from '../support/image';
import { nativeTest, unitTest } from '../support/project-tests';
import { tree } from '../support/tree';

const load = () => TestImage.load('ext2-1k');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

/** Paths of all findings with that id. */
async function pathsOf(image: TestImage, id: string): Promise<(string | undefined)[]> {
  return (await checkWhole(image)).findings.filter((finding) => finding.id === id).map(({ path }) => path);
}

unitTest.each([
  [2, '/'],
  [tree.etc, '/etc'],
  [tree.cos, '/etc/cos'],
  [tree.fstab, '/etc/fstab'],
  [50, '/usr/lib/systemd/systemd'],
  [tree.pipe, '/run/initctl'],
])('inode %i is %s', async (ino, path) => {
  expect(await pathsOf(load().setInode(ino, { i_faddr: 1 }), 'inode-faddr-set')).toEqual([path]);
});

unitTest('an entry is named in its directory', async () => {
  const image = load();
  at(image, '/usr/lib/systemd').add('gone', { inode: 100, file_type: 1 });
  expect(await pathsOf(image, 'entry-inode-unused')).toEqual(['/usr/lib/systemd/gone']);
});

unitTest('what was renamed or moved has its new path', async () => {
  const image = load();
  at(image, '/usr').set('lib', {}, 'bil');
  at(image, '/etc').remove('fstab');
  at(image, '/home').add('tab', { inode: tree.fstab, file_type: 1 });
  image.setInode(50, { i_faddr: 1 }).setInode(tree.fstab, { i_faddr: 1 });
  expect(await pathsOf(image, 'inode-faddr-set')).toEqual(['/home/tab', '/usr/bil/systemd/systemd']);
});

unitTest('what no entry names has no path, nor has anything in it', async () => {
  const image = load();
  const usr = at(image, '/usr').ino;
  image.setInode(50, { i_faddr: 1 }).setInode(usr, { i_faddr: 1 });
  at(image, '/').remove('usr');
  expect(await pathsOf(image, 'inode-faddr-set')).toEqual([undefined, undefined]);
  expect(await pathsOf(image, 'directory-unattached')).toEqual([undefined]);
});

unitTest('what hangs in a circle has no path', async () => {
  const image = load();
  const log = at(image, '/var/log');
  const root = at(image, '/');
  const target = at(image, '/var').ino;
  image.setInode(53, { i_faddr: 1 });
  root.remove('var');
  log.add('var', { inode: target, file_type: 2 });
  expect(await pathsOf(image, 'directory-loop')).toEqual([undefined]);
  expect(await pathsOf(image, 'inode-faddr-set')).toEqual([undefined]);
});

unitTest.each([
  ['a\n\\\x80\x1b', '/etc/a\\n\\\\\\x80\\x1b'],
  ['fs/ab', '/etc/fs\\x2fab'],
  ['f\0\x7fab', '/etc/f\\x00\\x7fab'],
  ['\xc3\xa4 \t!', '/etc/ä \\t!'],
  ['\xe2\x80\xae..', '/etc/\\u{202e}..'],
])('the name %j is written as %s', async (name, path) => {
  const image = load();
  at(image, '/etc').set('fstab', {}, name);
  expect(await pathsOf(image.setInode(tree.fstab, { i_faddr: 1 }), 'inode-faddr-set')).toEqual([path]);
});

unitTest.each(['', '..'])('an entry named "%s" is no path of the file it names', async (name) => {
  const image = load();
  at(image, '/etc').set('fstab', {}, name);
  expect(await pathsOf(image.setInode(tree.fstab, { i_links_count: 2 }), 'inode-links-wrong')).toEqual([undefined]);
});

nativeTest('files in directories that are kept in their inodes', async () => {
  const names = ['a', 'second-and-longer-name', 'third-and-longer-name', 'fourth-in-the-attribute'];
  const image = makeImage({
    size: '2M',
    options: '-t ext4 -b 1024 -I 256 -N 32 -O inline_data,^metadata_csum',
    commands: ['mkdir d', ...names.map((name) => `write package.json d/${name}`)],
  });
  for (const [i] of names.entries()) image.setInode(13 + i, { i_faddr: 1 });
  expect(await pathsOf(image, 'inode-faddr-set')).toEqual(names.map((name) => `/d/${name}`));
});

import { expect, test } from 'vitest';
import type { Affected } from '../../src/problem/report';
import { checkWhole } from '../support/check-damages';
import { TestDirectory } from '../support/directory';
import { TestImage } from '../support/image';
import { tree } from '../support/tree';

const load = () => TestImage.load('ext2-1k');
const at = (image: TestImage, path: string) => TestDirectory.at(image, path);

/** Frees inodes while their names stay. */
function lose(image: TestImage, ...inodes: number[]): TestImage {
  for (const ino of inodes) image.setInode(ino, { i_links_count: 0, i_dtime: 1_600_000_000 });
  return image;
}
const inodes = (image: TestImage, ...paths: string[]): number[] =>
  paths.map((path) => {
    const cut = path.lastIndexOf('/');
    const directory = at(image, path.slice(0, cut));
    return image.view.getUint32(directory.entryAt(path.slice(cut + 1)), true);
  });
const affectedIn = async (image: TestImage): Promise<Affected[]> => (await checkWhole(image)).affected;
const gone = (path: string): Affected => ({ path, how: 'missing' });

test('a sound image has none', async () => {
  const { affected, affectedCount } = await checkWhole(load());
  expect({ affected, affectedCount }).toEqual({ affected: [], affectedCount: 0 });
});

test('what a boot needs comes first, in the order in which it would be missed', async () => {
  const image = load();
  const expected = [
    '/boot/vmlinuz-6.4.0',
    '/bin/sh',
    '/usr/lib/systemd/systemd',
    '/etc/cos/grub.cfg',
    '/etc/fstab',
    '/etc/os-release',
    '/usr/sbin/sshd',
    '/etc/ssh/sshd_config',
    '/home',
    '/var/lib/one-block',
  ];
  lose(image, ...inodes(image, ...[...expected].reverse()));
  expect(await affectedIn(image)).toEqual(expected.map(gone));
});

test('the list is bounded, the count is not', async () => {
  const image = load();
  lose(image, ...inodes(image, '/home', '/etc/fstab', '/boot/vmlinuz-6.4.0', '/opt'));
  const { affected, affectedCount } = await checkWhole(image, { maxFindings: 2 });
  expect(affected).toEqual([gone('/home'), gone('/opt')]);
  expect(affectedCount).toBe(4);
});

test('only the top of a lost subtree is named', async () => {
  const image = load();
  lose(image, ...inodes(image, '/etc/fstab', '/etc/cos/grub.cfg', '/var/lib/empty'));
  at(image, '/').set('etc', { file_type: 7 });
  expect(await affectedIn(image)).toEqual([{ path: '/etc', how: 'wrong-type' }, gone('/var/lib/empty')]);
});

test('a directory that is lost in part does not stand for what it still names', async () => {
  const image = load();
  const many = at(image, '/usr/share/many');
  many.add('lost', { inode: 100, file_type: 1 }, 5);
  image.fill(many.blockAt(3), image.made.blockSize);
  expect(await affectedIn(image)).toEqual([
    { path: '/usr/share/many', how: 'partly-lost' },
    gone('/usr/share/many/lost'),
  ]);
});

test('all names of a damaged file are listed', async () => {
  const image = load();
  const [bash] = inodes(image, '/bin/bash');
  image.setBlockWord(bash!, 3, image.made.blocksCount + 5);
  expect(await affectedIn(image)).toEqual(
    ['/bin/bash', '/usr/bin/bash', '/usr/bin/rbash'].map((path) => ({ path, how: 'damaged' })),
  );
});

test('reports the worst harm of a path', async () => {
  const image = load();
  image.setBlockWord(tree.fstab, 0, image.made.blocksCount + 5);
  at(image, '/etc').set('fstab', { file_type: 2 });
  expect(await affectedIn(image)).toEqual([{ path: '/etc/fstab', how: 'wrong-type' }]);
});

test('a destroyed directory stands for what it held', async () => {
  const image = load();
  image.fill(at(image, '/usr/sbin').blockAt(), image.made.blockSize);
  expect(await affectedIn(image)).toEqual([{ path: '/usr/sbin', how: 'unreadable' }]);
});

test('leaves out what has no path: disconnected directories, and files in them', async () => {
  const image = load();
  at(image, '/').remove('etc');
  image.setBlockWord(tree.fstab, 0, image.made.blocksCount + 5);
  expect(await affectedIn(image)).toEqual([]);
});

test.each(['', '.', '..'])('an entry named "%s" does not take its directory with it', async (name) => {
  const image = load();
  at(image, '/etc').set('fstab', { inode: 100 }, name);
  expect(await affectedIn(image)).toEqual([]);
});

/** ls, cat and extract show the same tree as debugfs and as a mount by the kernel; cat writes bytes into any kind of output. */
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { builtCli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { listingOf } from '../support/listing';
import { fixtureFile, look, rowsOf } from '../support/look';
import { canMount } from '../support/repair';
import { freshFolder } from '../support/scratch';

vi.setConfig({ testTimeout: 120_000 });

const images = ['ext2-128-inode', 'ext3-1k-htree', 'ext4-1k-csum-tree', 'ext4-4k-csum', 'ext4-flex-bg-meta-bg'];

describe.each(images)('%s', (image) => {
  test.skipIf(!hasE2fsprogs)('extract gives what rdump of debugfs gives (needs e2fsprogs)', async () => {
    const path = fixtureFile(`clean/${image}`);
    const theirs = freshFolder();
    const ours = join(freshFolder(), 'to');
    // not /var, whose files with holes debugfs writes in full
    for (const folder of ['bin', 'boot', 'etc', 'usr']) {
      const { status } = spawnSync('debugfs', ['-R', `rdump /${folder} ${theirs}`, path]);
      expect(status).toBe(0);
      expect((await look(['extract', '--links', path, `/${folder}`, ours])).status).toBe(0);
    }
    // rdump preserves setuid
    const plain = (listing: Map<string, string>) =>
      new Map([...listing].map(([name, facts]) => [name, facts.replace(/ [0-7](?=[0-7]{3} )/, ' ')]));
    expect(plain(listingOf(ours))).toEqual(plain(listingOf(theirs)));
  });

  test.skipIf(!canMount)('ls, cat and extract give what the kernel shows (needs root and loop devices)', async () => {
    const path = fixtureFile(`clean/${image}`);
    const folder = freshFolder();
    const at = join(folder, 'at');
    const to = join(folder, 'to');
    mkdirSync(at);
    expect(spawnSync('mount', ['-o', 'loop,ro', path, at]).status).toBe(0);
    try {
      const rows = rowsOf(await look(['ls', '-R', '--format', 'json', path]));
      expect((await look(['extract', '--links', path, '/', to])).status).toBe(0);
      const theirs = listingOf(at);
      expect(rows.map((row) => row['path']).sort()).toEqual([...theirs.keys()].sort());
      for (const row of rows) {
        const stats = lstatSync(join(at, String(row['path'])));
        const mode = `0${(stats.mode & 0o7777).toString(8).padStart(3, '0')}`;
        const { ino, nlink, uid, gid, mtimeMs } = stats;
        expect(row).toMatchObject({ inode: ino, mode, links: nlink, uid, gid });
        if (row['type'] !== 'directory') expect(row['size']).toBe(stats.size);
        expect(Date.parse(String(row['modified']))).toBe(mtimeMs);
        if (!stats.isFile() && !stats.isDirectory()) continue;
        const made = lstatSync(join(to, String(row['path'])));
        expect([made.mtimeMs, made.mode & 0o7777]).toEqual([mtimeMs, stats.mode & 0o777]);
        if (stats.isFile()) expect([made.size, made.nlink]).toEqual([stats.size, nlink]);
      }
      const without = [...theirs].filter(([, facts]) => facts !== 'special');
      const ours = listingOf(to);
      for (const [name, facts] of without)
        expect([name, ours.get(name)]).toEqual([name, facts.replace(/ [0-7](?=[0-7]{3}( |$))/, ' ')]);
      expect(ours.size).toBe(without.length);
      for (const file of ['/boot/initrd-6.4.0', '/usr/bin/bash', '/etc/passwd'])
        expect((await look(['cat', path, file])).bytes.equals(readFileSync(join(at, file)))).toBe(true);
    } finally {
      spawnSync('umount', [at]);
    }
  });
});

describe('cat of the built program', () => {
  const path = fixtureFile('clean/ext4-4k-csum');
  const program = `${process.execPath} ${builtCli()}`;
  const sh = (script: string) => spawnSync('bash', ['-c', script], { maxBuffer: 1 << 28 });

  test.each(['| cat', '> OUT && cat OUT'])('all bytes arrive: %s', async (into) => {
    const { bytes } = await look(['cat', path, '/boot/initrd-6.4.0']);
    const out = join(freshFolder(), 'out');
    const result = sh(`${program} cat ${path} /boot/initrd-6.4.0 ${into.replaceAll('OUT', out)}`);
    expect(result.stderr.toString()).toBe('');
    expect(bytes.equals(result.stdout)).toBe(true);
  });

  test('a reader that leaves ends it quietly, also where four GiB of zeros follow', () => {
    const huge = "'<67>'";
    const { stdout, stderr } = sh(`${program} cat ${path} ${huge} | head -c 10 | wc -c; echo \${PIPESTATUS[0]}`);
    expect([stdout.toString(), stderr.toString()]).toEqual(['10\n0\n', '']);
  });

  test('a full disk is reported', () => {
    const { status, stderr } = sh(`${program} cat ${path} /boot/initrd-6.4.0 > /dev/full`);
    expect(status).toBe(8);
    expect(stderr.toString()).toMatch(/the output is not complete/);
  });
});

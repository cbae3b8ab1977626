import { expect, test } from 'vitest';
import { run } from '../../src/cli/commands/check';
import { type MountSystem, mountsOf } from '../../src/cli/mounted';
import { renderText } from '../../src/report/text';
import { memorySource } from '../../src/source/memory';
import { reportOf } from '../support/reports';

/** /proc/self/mountinfo as on a machine with a disk, a loop device with partitions and a read-only loop mount. */
const mountinfo = `22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
23 22 8:1 / /boot/efi rw - vfat /dev/sda1 rw
24 22 7:0 / /mnt/active ro,relatime - ext4 /dev/loop0 ro
25 22 259:7 / /mnt/with\\040space rw - ext4 /dev/loop1p2 rw
26 22 8:2 /var /srv rw - ext4 /dev/sda2 rw
27 22 0:5 / /proc rw - proc proc rw
`;
const files: Record<string, string> = {
  '/proc/self/mountinfo': mountinfo,
  '/sys/class/block/sda/dev': '8:0\n',
  '/sys/class/block/sda/sda1/dev': '8:1\n',
  '/sys/class/block/sda/sda1/start': '2048\n',
  '/sys/class/block/sda/sda2/dev': '8:2\n',
  '/sys/class/block/sda/sda2/start': '1050624\n',
  '/sys/class/block/sda2/dev': '8:2\n',
  '/sys/class/block/loop0/dev': '7:0\n',
  '/sys/block/loop0/loop/backing_file': '/images/active.img\n',
  '/sys/class/block/loop1/dev': '7:1\n',
  '/sys/class/block/loop1/loop1p2/dev': '259:7\n',
  '/sys/class/block/loop1/loop1p2/start': '12288\n',
  '/sys/block/loop1/loop/backing_file': '/images/disk.img (deleted)\n',
  '/sys/block/loop1/loop/offset': '0\n',
  '/sys/block/loop2/dev': '7:2\n',
};
const folders: Record<string, string[]> = {
  '/sys/block': ['sda', 'loop0', 'loop1', 'loop2'],
  '/sys/class/block/sda': ['dev', 'sda1', 'sda2', 'size'],
  '/sys/class/block/loop1': ['loop1p2'],
};
const identities: Record<string, { file: string; device: number | null }> = {
  '/dev/sda': { file: '5:1', device: 8 * 256 },
  '/dev/sda2': { file: '5:2', device: 8 * 256 + 2 },
  '/dev/sdb': { file: '5:3', device: 8 * 256 + 16 },
  '/images/active.img': { file: '9:10', device: null },
  '/link/to/active.img': { file: '9:10', device: null },
  '/images/disk.img': { file: '9:11', device: null },
  '/images/other.img': { file: '9:12', device: null },
};
const system: MountSystem = {
  text: (path) => files[path],
  list: (folder) => folders[folder] ?? [],
  link: (path) => ({ '/sys/dev/block/8:0': '../sda', '/sys/dev/block/8:2': '../sda/sda2' })[path],
  identity: (path) => identities[path],
};
const at = (path: string, offset = 0) =>
  mountsOf({ path, offset }, system).map(({ mountPoint, readOnly }) => `${mountPoint}${readOnly ? ' ro' : ''}`);

test('a partition, each of its mounts once', () => {
  expect(at('/dev/sda2')).toEqual(['/', '/srv']);
});

test('a disk has the mounts of its partitions; with an offset, of the one that starts there', () => {
  expect(at('/dev/sda')).toEqual(['/', '/boot/efi', '/srv']);
  expect(at('/dev/sda', 2048 * 512)).toEqual(['/boot/efi']);
  expect(at('/dev/sda', 4096 * 512)).toEqual([]);
});

test('a file that a loop device uses, by any of its names', () => {
  expect(at('/images/active.img')).toEqual(['/mnt/active ro']);
  expect(at('/link/to/active.img')).toEqual(['/mnt/active ro']);
});

test('a disk image that a loop device uses, whole and at the offset of a partition', () => {
  expect(at('/images/disk.img')).toEqual(['/mnt/with space']);
  expect(at('/images/disk.img', 12288 * 512)).toEqual(['/mnt/with space']);
  expect(at('/images/disk.img', 2048 * 512)).toEqual([]);
});

test('what is not mounted, does not exist, or cannot be known', () => {
  expect(at('/dev/sdb')).toEqual([]);
  expect(at('/images/other.img')).toEqual([]);
  expect(at('/images/none.img')).toEqual([]);
  expect(mountsOf({ path: '/dev/sda2', offset: 0 }, { ...system, text: () => undefined })).toEqual([]);
});

test('the report says so, with the warning only where something can be written', () => {
  const text = (readOnly: boolean) => renderText(reportOf([], { mounted: [{ mountPoint: '/mnt', readOnly }] }));
  expect(text(false).replace(/\s+/g, ' ')).toContain(
    'The image is mounted on /mnt and can be written to during the check. Findings may come from changes',
  );
  expect(text(true)).not.toContain('Findings may come');
  expect(text(true)).toMatch(/ {2}mounted +on \/mnt, read-only\n/);
  expect(renderText(reportOf())).not.toContain('mounted on');
});

test('the command asks for the image by name and offset, and prints it as JSON', async () => {
  const asked: unknown[] = [];
  let out = '';
  const status = await run(
    ['--format', 'json', '/dev/sda?offset=1048576'],
    {
      out: async (text) => {
        out += text;
      },
      outBytes: async () => true,
      err: () => {},
      outIsTty: false,
      errIsTty: false,
      columns: undefined,
      env: {},
      signal: new AbortController().signal,
      readFile: async () => new Uint8Array(0),
    },
    {
      catalogue: async () => ({}),
      open: async () => ({ source: memorySource(new Uint8Array(2 ** 21)) }),
      check: async () => reportOf(),
      mounts: async ({ path, offset }) => {
        asked.push([path, offset]);
        return [{ mountPoint: '/boot/efi', readOnly: false }];
      },
    },
  );
  expect(asked).toEqual([['/dev/sda', 2 ** 20]]);
  expect(JSON.parse(out).mounted).toEqual([{ mountPoint: '/boot/efi', readOnly: false }]);
  expect(status).toBe(0);
});

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect } from 'vitest';
import { crc32le } from '../../../src/bytes/crc32le';
import type { StartKind } from '../../../src/problem/start';
import { memorySource } from '../../../src/source/memory';
import { SourceError } from '../../../src/source/source';
import { identifyShifted, identifyStart } from '../../../src/volume/start/identify';
import { gptDisk, mbrDisk, mebibyte } from '../../support/disk';
import { TestImage } from '../../support/image';
import { oracleTest, unitTest } from '../../support/project-tests';
import { freshFolder } from '../../support/scratch';
import { isInstalled } from '../../support/tools';

const of = (bytes: Uint8Array) => identifyStart(memorySource(bytes));
const shifted = (bytes: Uint8Array) => identifyShifted(memorySource(bytes));

/** A file of `size` bytes with Latin-1 texts in it. */
function fileOf(size: number, ...texts: [at: number, text: string][]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, text] of texts) bytes.write(text, at, 'latin1');
  return bytes;
}

const bcacheMagic = '\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81';
const bcachefsMagic = '\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef';

unitTest.each<[name: string, at: number, magic: string, kind: StartKind, what: string]>([
  ['e2image', 0, '\x10\xb7\x2b\x7fExt2 Image 1.0', 'container', 'a file of e2image'],
  ['QCOW2', 0, 'QFI\xfb\0\0\0\x02', 'container', 'a QCOW2 image'],
  ['VMDK', 0, 'KDMV', 'container', 'a VMDK disk image'],
  ['VMDK description', 0, '# Disk DescriptorFile\n', 'container', 'the description of a VMDK'],
  ['VHD', 0, 'conectix', 'container', 'a VHD disk image'],
  ['VHDX', 0, 'vhdxfile', 'container', 'a VHDX disk image'],
  ['VDI', 0x40, '\x7f\x10\xda\xbe', 'container', 'a VDI disk image'],
  ['Android sparse', 0, '\x3a\xff\x26\xed', 'container', 'an Android sparse image'],
  ['LUKS', 0, 'LUKS\xba\xbe', 'container', 'a LUKS encrypted volume'],
  ['LVM', 512, 'LABELONE', 'container', 'an LVM physical volume'],
  ['LVM', 0, 'LABELONE', 'container', 'an LVM physical volume'],
  ['LVM', 1024, 'LABELONE', 'container', 'an LVM physical volume'],
  ['LVM', 1536, 'LABELONE', 'container', 'an LVM physical volume'],
  ['QED', 0, 'QED\0', 'container', 'a QED disk image'],
  ['Parallels', 0, 'WithoutFreeSpace', 'container', 'a Parallels disk image'],
  ['Parallels', 0, 'WithouFreSpacExt', 'container', 'a Parallels disk image'],
  ['md', 0, '\xfc\x4e\x2b\xa9\x01\0\0\0', 'container', 'a member of an md RAID'],
  ['bcache', 4120, bcacheMagic, 'container', 'a device of bcache'],
  ['Android super', 4096, 'gDla', 'container', 'an Android super image'],
  ['UBI', 0, 'UBI#', 'container', 'an image of flash memory'],
  ['AVB vbmeta', 0, 'AVB0', 'container', 'a vbmeta image'],
  ['dm-verity', 0, 'verity\0\0', 'container', 'a hash tree of dm-verity'],
  ['md', 4096, '\xfc\x4e\x2b\xa9', 'container', 'a member of an md RAID'],
  ['BitLocker', 3, '-FVE-FS-', 'container', 'a BitLocker encrypted volume'],
  ['xz', 0, '\xfd7zXZ\0', 'compressed', 'xz data'],
  ['zstd', 0, '\x28\xb5\x2f\xfd', 'compressed', 'zstd data'],
  ['lz4', 0, '\x04\x22\x4d\x18', 'compressed', 'lz4 data'],
  ['bzip2', 0, 'BZh9', 'compressed', 'bzip2 data'],
  ['lz4', 0, '\x02\x21\x4c\x18', 'compressed', 'lz4 data'],
  ['lzop', 0, '\x89LZO\0\r\n\x1a\n', 'compressed', 'lzop data'],
  ['zip', 0, 'PK\x03\x04', 'archive', 'a zip archive'],
  ['tar', 257, 'ustar', 'archive', 'a tar archive'],
  ['cpio', 0, '070701', 'archive', 'a cpio archive'],
  ['7z', 0, '7z\xbc\xaf\x27\x1c', 'archive', 'a 7z archive'],
  ['rar', 0, 'Rar!\x1a\x07', 'archive', 'a rar archive'],
  ['WIM', 0, 'MSWIM\0\0\0', 'archive', 'a Windows image'],
  ['Debian package', 0, '!<arch>\ndebian-binary', 'archive', 'a Debian package'],
  ['RPM', 0, '\xed\xab\xee\xdb', 'archive', 'an RPM package'],
  ['Android boot', 0, 'ANDROID!', 'archive', 'a boot image of Android'],
  ['Android vendor boot', 0, 'VNDRBOOT', 'archive', 'a vendor boot image of Android'],
  ['Android payload', 0, 'CrAU', 'archive', 'the payload of an Android update'],
  ['Linux kernel', 0x202, 'HdrS', 'program', 'a Linux kernel'],
  ['U-Boot', 0, '\x27\x05\x19\x56', 'program', 'an image for U-Boot'],
  ['device tree', 0, '\xd0\x0d\xfe\xed', 'program', 'a device tree'],
  ['ELF', 0, '\x7fELF', 'program', 'a program'],
  ['squashfs', 0, 'hsqs', 'file-system', 'a squashfs file system'],
  ['XFS', 0, 'XFSB', 'file-system', 'an XFS file system'],
  ['btrfs', 0x10040, '_BHRfS_M', 'file-system', 'a btrfs file system'],
  ['EROFS', 1024, '\xe2\xe1\xf5\xe0', 'file-system', 'an EROFS file system'],
  ['F2FS', 1024, '\x10\x20\xf5\xf2', 'file-system', 'an F2FS file system'],
  ['swap', 4086, 'SWAPSPACE2', 'file-system', 'swap space'],
  ['NTFS', 3, 'NTFS    ', 'file-system', 'an NTFS file system'],
  ['exFAT', 3, 'EXFAT   ', 'file-system', 'an exFAT file system'],
  ['FAT', 54, 'FAT16   ', 'file-system', 'a FAT file system'],
  ['FAT', 82, 'FAT32   ', 'file-system', 'a FAT file system'],
  ['ISO 9660', 0x8001, 'CD001', 'file-system', 'an ISO 9660 image'],
  ['squashfs', 0, 'sqsh', 'file-system', 'a squashfs file system'],
  ['swap', 65526, 'SWAPSPACE2', 'file-system', 'swap space'],
  ['bcachefs', 4120, bcachefsMagic, 'file-system', 'a bcachefs file system'],
  ['ReiserFS', 0x10034, 'ReIsEr2Fs', 'file-system', 'a ReiserFS file system'],
  ['ReiserFS', 0x2034, 'ReIsErFs', 'file-system', 'a ReiserFS file system'],
  ['Reiser4', 0x10000, 'ReIsEr4', 'file-system', 'a Reiser4 file system'],
  ['JFS', 0x8000, 'JFS1', 'file-system', 'a JFS file system'],
  ['NILFS2', 1024, '\x02\0\0\0\0\0\x34\x34', 'file-system', 'a NILFS2 file system'],
  ['OCFS2', 2048, 'OCFSV2', 'file-system', 'an OCFS2 file system'],
  ['OCFS2', 4096, 'OCFSV2', 'file-system', 'an OCFS2 file system'],
  ['GFS2', 0x10000, '\x01\x16\x19\x70\0\0\0\x01', 'file-system', 'a GFS2 file system'],
  ['APFS', 32, 'NXSB', 'file-system', 'an APFS file system'],
  ['HFS+', 1024, 'H+\0\x04', 'file-system', 'an HFS+ file system'],
  ['HFS+', 1024, 'HX\0\x05', 'file-system', 'an HFS+ file system'],
  ['romfs', 0, '-rom1fs-', 'file-system', 'a romfs file system'],
  ['UBIFS', 0, '\x31\x18\x10\x06', 'file-system', 'a UBIFS file system'],
])('%s at byte %d', async (name, at, magic, kind, what) => {
  const found = await of(fileOf(200_000, [at, magic]));
  expect(found).toMatchObject({ kind, name, partitions: [], claims: kind === 'file-system' || kind === 'container' });
  expect(found?.what).toContain(what);
  // a file that ends inside the magic bytes has none
  expect((await of(fileOf(at + 2, [at, magic])))?.name).not.toBe(name);
});

unitTest('gzip inside something that was not unpacked', async () => {
  expect(await of(gzipSync('x'))).toMatchObject({ kind: 'compressed', name: 'gzip', claims: false });
});

/** A minix file system of version 1 with these fields of its superblock. */
function minix(fields: Partial<Record<'inodes' | 'maps' | 'magic', number>> = {}): Buffer {
  const { inodes = 352, maps = 1, magic = 0x138f } = fields;
  const bytes = Buffer.alloc(9000);
  [inodes, 1024, maps, 1, 2 + maps + 1 + 11, 0, 0, 0, magic].forEach((value, i) => {
    bytes.writeUInt16LE(value, 1024 + 2 * i);
  });
  return bytes;
}

/** A node of JFFS2 with its checksum. */
function jffs2(): Buffer {
  const bytes = Buffer.from('851903200c000000000000000000000000', 'hex');
  bytes.writeUInt32LE(~crc32le(0xffffffff, bytes.subarray(0, 8)) >>> 0, 8);
  return bytes;
}

unitTest.each<[name: string, kind: StartKind, bytes: Buffer]>([
  ['lzma', 'compressed', Buffer.from('5d00008000ffffffffffffffff0000', 'hex')],
  ['lzma', 'compressed', Buffer.from('5d00000003001000000000000000ff', 'hex')],
  ['cramfs', 'file-system', fileOf(100, [0, '\x45\x3d\xcd\x28'], [16, 'Compressed ROMFS'])],
  ['cramfs', 'file-system', fileOf(100, [0, '\x28\xcd\x3d\x45'], [16, 'Compressed ROMFS'])],
  ['ZFS', 'file-system', fileOf(70_000, [0x4000, '\x01\x01\0\0\0\0\0\0\0\0\0\x01'], [0x4014, '\0\0\0\x07version'])],
  ['JFFS2', 'file-system', jffs2()],
  ['minix', 'file-system', minix()],
])('weak magic bytes, with what must follow: %s %#', async (name, kind, bytes) => {
  expect(await of(bytes)).toMatchObject({ name, kind });
});

unitTest.each([
  ['lzma with an odd dictionary', Buffer.from('5d00000500ffffffffffffffff0000', 'hex')],
  ['lzma of an absurd size', Buffer.from('5d00008000ffffffffffffff7f0000', 'hex')],
  ['lzma whose data cannot begin so', Buffer.from('5d00008000ffffffffffffffff0100', 'hex')],
  ['lzma that ends in its header', Buffer.from('5d00008000ff', 'hex')],
  ['cramfs', fileOf(100, [0, '\x45\x3d\xcd\x28'], [16, 'compressed romfs'])],
  ['ZFS', fileOf(70_000, [0x4000, '\x01\x01\0\0\0\0\0\0\0\0\0\x01'])],
  ['JFFS2', Buffer.from('851903200c00000000000001', 'hex')],
  ['JFFS2 that ends in its header', Buffer.from('851903', 'hex')],
  ['minix without inodes', minix({ inodes: 0 })],
  ['minix with too many maps', minix({ maps: 3 })],
  ['minix with another magic', minix({ magic: 0x1390 })],
  ['minix that ends in its superblock', minix().subarray(0, 1500)],
])('not believed: %s', async (_, bytes) => {
  expect(['file-system', 'compressed']).not.toContain((await of(bytes))?.kind);
});

unitTest.each([
  ['HTML', '<!DOCTYPE html>\n<title>404</title>'],
  ['HTML', '\xef\xbb\xbf \n<HTML lang=en>'],
  ['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  ['JSON', '{"error": "not found"}'],
  ['JSON', ' [1]'],
  ['text', 'Not Found\n'],
  ['text', 'caf\xc3\xa9\n'],
  ['Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'],
])('a text instead of an image: %s', async (name, text) => {
  expect(await of(Buffer.from(text, 'latin1'))).toMatchObject({ kind: 'text', name, claims: false });
});

unitTest('bytes that are not a text, and an image that begins with one', async () => {
  expect(await of(Buffer.from('caf\xe9\x00', 'latin1'))).toBeNull();
  expect(await of(Buffer.from('caf\xe9', 'latin1'))).toBeNull();
  expect(await of(Buffer.alloc(2 * mebibyte, '{'))).toBeNull();
  expect(await of(fileOf(9000, [0, '{"a": 1}'], [5000, '\x01'], [1024, 'x']))).toBeNull();
});

unitTest('a RAID whose superblock is at the end', async () => {
  const size = 200 * 1024 + 512;
  const old = fileOf(size, [128 * 1024, '\xfc\x4e\x2b\xa9\0\0\0\0'], [1100, 'x']);
  const late = fileOf(size, [Math.floor((size / 512 - 16) / 8) * 8 * 512, '\xfc\x4e\x2b\xa9\x01\0\0\0'], [1100, 'x']);
  for (const bytes of [old, late])
    expect(await of(bytes)).toMatchObject({ name: 'md', kind: 'container', claims: false });
  expect(await of(fileOf(size, [128 * 1024, '\xfc\x4e\x2b\xa9\x02\0\0\0'], [1100, 'x']))).toBeNull();
});

unitTest('an ISO image of a live system', async () => {
  const record = (name: string) =>
    `${String.fromCharCode(34 + name.length)}${'\0'.repeat(31)}${String.fromCharCode(name.length)}${name}\0`;
  const iso = (...names: string[]) => {
    const bytes = fileOf(0x10000, [0x8001, 'CD001'], [0x9000, names.map(record).join('')]);
    bytes.writeUInt32LE(0x9000 / 2048, 0x8000 + 158);
    bytes.writeUInt32LE(4096, 0x8000 + 166);
    return bytes;
  };
  expect((await of(iso('\0', '\x01', 'BOOT', 'CASPER')))?.what).toBe(
    'an ISO 9660 image of a live system, with a squashfs in /casper',
  );
  expect((await of(iso('BOOT')))?.what).toBe('an ISO 9660 image');
  const wild = iso('BOOT');
  wild.writeUInt32LE(0xffffffff, 0x8000 + 158);
  expect((await of(wild))?.what).toBe('an ISO 9660 image');
});

unitTest('nothing at all, and zeros', async () => {
  expect(await of(new Uint8Array(0))).toMatchObject({ kind: 'empty', what: 'an empty file' });
  expect(await of(new Uint8Array(5000))).toMatchObject({ kind: 'zeros', zeros: { at: 0, length: 5000 } });
  expect((await of(new Uint8Array(5000)))?.what).toContain('only zeros');
  const late = await of(fileOf(3_000_000, [2_000_000, 'x']));
  expect(late).toMatchObject({ kind: 'zeros', zeros: { at: 0, length: 2_000_000 } });
  expect(late?.what).toContain('whose first 2000000 bytes are zeros');
  // the code of a boot loader remains, the superblock does not
  const sector = await of(fileOf(9000, [500, 'boot loader'], [4096, 'x']));
  expect(sector).toMatchObject({ kind: 'zeros', zeros: { at: 511, length: 3585 }, claims: false });
  expect(await of(fileOf(5000, [1030, 'something']))).toBeNull();
});

const ext = TestImage.load('ext2-1k').bytes;

unitTest.each([1, 3, 100, 512, 4096, 131_072, mebibyte - 4096, mebibyte - 512, mebibyte, 5 * mebibyte])(
  'after a header of %d bytes',
  async (length) => {
    const found = await shifted(Buffer.concat([fileOf(length, [0, 'header']), ext]));
    expect(found).toMatchObject({ kind: 'shifted', name: 'ext2', startsAt: length, claims: true });
    expect(found?.what).toBe(`a file with an ext2 file system from byte ${length} on`);
  },
);

unitTest.each([1, 512, 1000, 1024])('without its first %d bytes', async (length) => {
  const found = await shifted(ext.subarray(length));
  expect(found).toMatchObject({ kind: 'shifted', name: 'ext2', startsAt: -length });
  expect(found?.what).toBe(`an ext2 file system whose first ${length} bytes are missing`);
});

unitTest('without so much that only a backup is left', async () => {
  for (const length of [30_000, 60_000, 700_000])
    expect(await shifted(ext.subarray(length))).toMatchObject({ startsAt: -length });
});

unitTest('a sound file system, and one without any superblock, are not shifted', async () => {
  expect(await shifted(ext)).toBeNull();
  expect(await shifted(TestImage.load('ext4-4k-csum').bytes)).toBeNull();
  expect(await shifted(TestImage.load('ext2-128-inode').fill(1024, 1024).bytes)).toBeNull();
});

unitTest('a disk after a header, or without its first sector', async () => {
  const disk = gptDisk(8 * mebibyte, [{ start: 2048, count: 8192 }]);
  const found = await shifted(Buffer.concat([Buffer.alloc(8192), disk]));
  expect(found).toMatchObject({ kind: 'shifted', name: 'GPT', startsAt: 8192 });
  expect(await shifted(disk.subarray(512))).toMatchObject({ name: 'GPT', startsAt: -512 });
  expect(await shifted(disk)).toBeNull();
});

unitTest('a disk whose partitions hold something, and one whose partitions do not', async () => {
  const partitions = [
    { start: 64, count: 100, holds: fileOf(512, [54, 'FAT16   ']) },
    { start: 2048, count: 8192, holds: ext },
  ];
  for (const disk of [mbrDisk(8 * mebibyte, partitions), gptDisk(8 * mebibyte, partitions)]) {
    const found = await of(disk);
    expect(found).toMatchObject({ claims: true });
    expect(found?.what).toMatch(/^a disk with 2 partitions \((MBR|GPT)\)$/);
    expect(found?.partitions.map(({ fileSystem }) => fileSystem)).toEqual(['FAT', 'ext2']);
  }
  const bare = partitions.map(({ start, count }) => ({ start, count }));
  for (const disk of [mbrDisk(8 * mebibyte, bare), gptDisk(8 * mebibyte, bare), gptDisk(8 * mebibyte, [])]) {
    const found = await of(disk);
    expect(found).toMatchObject({ claims: false });
    expect(found?.partitions.every(({ fileSystem }) => fileSystem === null)).toBe(true);
  }
});

unitTest('the magic bytes of an earlier use do not hide a disk', async () => {
  const disk = mbrDisk(8 * mebibyte, [{ start: 2048, count: 8192, holds: ext }]);
  for (const [at, magic] of [
    [512, 'LABELONE'],
    [4086, 'SWAPSPACE2'],
    [54, 'FAT16   '],
  ] as const) {
    const bytes = Buffer.from(disk);
    bytes.write(magic, at, 'latin1');
    expect(await of(bytes)).toMatchObject({ kind: 'mbr', claims: true });
  }
});

unitTest('an ISO image for a USB stick is one, with its partitions', async () => {
  const disk = mbrDisk(8 * mebibyte, [{ start: 8192, count: 8000, holds: ext }]);
  disk.write('CD001', 0x8001, 'latin1');
  expect(await of(disk)).toMatchObject({ name: 'ISO 9660', partitions: [{ number: 1, fileSystem: 'ext2' }] });
});

unitTest('a partition whose file system has only backups left', async () => {
  const part = TestImage.load('ext2-1k').copy();
  const { partitions } = (await of(
    gptDisk(8 * mebibyte, [{ start: 2048, count: 8192, holds: part.fill(0, 2048).bytes }]),
  ))!;
  // the fixture has small groups, so no backup is where one is looked for
  expect(partitions).toMatchObject([{ fileSystem: null }]);
});

oracleTest('e2image: its normal file and its QCOW2 are named', (context) => {
  if (!isInstalled('e2image', '-V')) context.skip();
  const folder = freshFolder();
  const path = join(folder, 'image');
  writeFileSync(path, TestImage.load('ext4-4k-csum').bytes);
  const named = [];
  for (const option of [[], ['-Q']]) {
    const out = join(folder, 'out');
    rmSync(out, { force: true });
    expect(spawnSync('e2image', [...option, path, out]).status).toBe(0);
    named.push(of(readFileSync(out)));
  }
  return expect(Promise.all(named)).resolves.toMatchObject([{ name: 'e2image' }, { name: 'QCOW2' }]);
});

unitTest('anything at all, also what cannot be read: never throws, reads little', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 1200 }),
      fc.integer({ min: 0, max: 5 }),
      fc.boolean(),
      async (bytes, broken, gpt) => {
        const whole = Buffer.alloc(70_000);
        whole.set(bytes, 446);
        if (gpt) whole.write('EFI PART', 512, 'latin1');
        whole.writeUInt16BE(0x55aa, 510);
        let reads = 0;
        const memory = memorySource(whole);
        const source = {
          size: 2 ** 50,
          read(at: number, into: Uint8Array) {
            if (++reads === broken) throw new SourceError('broken', at, into.length);
            return memory.read(at, into);
          },
        };
        for (const found of [await identifyStart(source), await identifyShifted(source)])
          expect(found === null || /^an? /.test(found.what)).toBe(true);
        expect(reads).toBeLessThan(4000);
      },
    ),
    { numRuns: 200 },
  );
});

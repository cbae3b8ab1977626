import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { checkImage } from '../../src/check';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { identifyFile } from '../../src/volume/identify';
import { TestImage } from '../support/image';
import { oracleTest, unitTest } from '../support/project-tests';
import { isInstalled, works } from '../support/tools';

const of = (bytes: Uint8Array) => identifyFile(memorySource(bytes));
/** A file of `size` bytes with Latin-1 texts in it. */
function fileOf(size: number, ...texts: [at: number, text: string][]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, text] of texts) bytes.write(text, at, 'latin1');
  return bytes;
}

unitTest.each<[string, number, string, string]>([
  ['a normal file of e2image', 0, '\x10\xb7\x2b\x7fExt2 Image 1.0', 'e2image -r DEVICE FILE'],
  ['QCOW2', 0, 'QFI\xfb\0\0\0\x02', 'qemu-img convert -O raw'],
  ['VMDK', 0, 'KDMV', 'VMDK'],
  ['a VMDK description', 0, '# Disk DescriptorFile\n', 'VMDK'],
  ['VHD', 0, 'conectix', 'VHD'],
  ['VHDX', 0, 'vhdxfile', 'VHDX'],
  ['VDI', 0x40, '\x7f\x10\xda\xbe', 'VDI'],
  ['Android sparse', 0, '\x3a\xff\x26\xed', 'simg2img'],
  ['xz', 0, '\xfd7zXZ\0', 'xz data; unpack'],
  ['zstd', 0, '\x28\xb5\x2f\xfd', 'zstd'],
  ['lz4', 0, '\x04\x22\x4d\x18', 'lz4'],
  ['bzip2', 0, 'BZh9', 'bzip2'],
  ['zip', 0, 'PK\x03\x04', 'zip'],
  ['tar', 257, 'ustar', 'tar archive'],
  ['cpio', 0, '070701', 'cpio'],
  ['ELF', 0, '\x7fELF', 'program'],
  ['LUKS', 0, 'LUKS\xba\xbe', 'cryptsetup'],
  ['LVM', 512, 'LABELONE', 'LVM'],
  ['LVM in sector 0', 0, 'LABELONE', 'LVM'],
  ['md', 4096, '\xfc\x4e\x2b\xa9', 'md RAID'],
  ['squashfs', 0, 'hsqs', 'squashfs'],
  ['XFS', 0, 'XFSB', 'XFS'],
  ['btrfs', 0x10040, '_BHRfS_M', 'btrfs'],
  ['EROFS', 1024, '\xe2\xe1\xf5\xe0', 'EROFS'],
  ['F2FS', 1024, '\x10\x20\xf5\xf2', 'F2FS'],
  ['swap', 4086, 'SWAPSPACE2', 'swap'],
  ['NTFS', 3, 'NTFS    ', 'NTFS'],
  ['exFAT', 3, 'EXFAT   ', 'exFAT'],
  ['FAT16', 54, 'FAT16   ', 'FAT'],
  ['FAT32', 82, 'FAT32   ', 'FAT'],
  ['ISO 9660', 0x8001, 'CD001', 'ISO 9660'],
])('%s', async (_name, at, magic, words) => {
  expect(await of(fileOf(200_000, [at, magic]))).toContain(words);
  // a file that ends inside the magic bytes has none
  expect((await of(fileOf(at + 2, [at, magic]))) ?? '').not.toContain(words);
});

unitTest('gzip inside something that was not unpacked', async () => {
  expect(await of(gzipSync('x'))).toBe('gzip data; unpack it first');
});

unitTest('nothing at all, and zeros', async () => {
  expect(await of(new Uint8Array(0))).toBe('an empty file');
  expect(await of(new Uint8Array(5000))).toContain('only zeros');
  expect(await of(fileOf(3_000_000, [2_000_000, 'x']))).toContain('whose first 1048576 bytes are zeros');
  expect(await of(fileOf(5000, [70, 'something']))).toBeNull();
});

unitTest('an image behind a header', async () => {
  const image = TestImage.load('ext2-1k').bytes;
  expect(await of(Buffer.concat([fileOf(4096, [0, 'header']), image]))).toBe(
    'a file with an ext file system from byte 4096 on (--offset 4096)',
  );
});

describe('disks', () => {
  const image = TestImage.load('ext2-1k').bytes;

  /** An MBR or a record of its chain: type and first sector of each entry. */
  function record(bytes: Buffer, sector: number, entries: [type: number, start: number][]): Buffer {
    const at = sector * 512;
    entries.forEach(([type, start], i) => {
      bytes[at + 446 + 16 * i + 4] = type;
      bytes.writeUInt32LE(start, at + 446 + 16 * i + 8);
    });
    bytes.writeUInt16BE(0x55aa, at + 510);
    return bytes;
  }
  const disk = (...starts: number[]): Buffer => {
    const bytes = Buffer.alloc(8 * 2 ** 20);
    for (const start of starts) bytes.set(image.subarray(0, 65536), start * 512);
    return bytes;
  };

  unitTest('MBR', async () => {
    expect(
      await of(
        record(disk(2048), 0, [
          [0x0c, 64],
          [0x83, 2048],
        ]),
      ),
    ).toBe('a disk with 2 partitions, ext file systems in partition 2 (--offset 1048576)');
    expect(await of(record(disk(), 0, [[0x07, 2048]]))).toBe('a disk with a partition, no ext file system in any');
  });

  unitTest('logical partitions, and a chain that ends nowhere', async () => {
    const bytes = record(disk(4000, 6000), 0, [[0x05, 3000]]);
    record(
      record(bytes, 3000, [
        [0x83, 1000],
        [0x05, 2000],
      ]),
      5000,
      [[0x83, 1000]],
    );
    expect(await of(bytes)).toBe(
      'a disk with 2 partitions, ext file systems in partition 5 (--offset 2048000), partition 6 (--offset 3072000)',
    );
    record(bytes, 5000, [
      [0x83, 1000],
      [0x05, 0],
    ]);
    expect(await of(bytes)).toContain('a disk with 123 partitions');
  });

  unitTest.each([512, 4096])('GPT with sectors of %d bytes', async (sector) => {
    const bytes = record(Buffer.alloc(8 * 2 ** 20), 0, [[0xee, 1]]);
    bytes.write('EFI PART', sector, 'latin1');
    bytes.writeUInt32LE(2, sector + 72);
    bytes.writeUInt32LE(128, sector + 80);
    bytes.writeUInt32LE(128, sector + 84);
    for (const [i, start] of [
      [0, 40],
      [3, 512],
    ] as const) {
      bytes.fill(7, 2 * sector + i * 128, 2 * sector + i * 128 + 16);
      bytes.writeUInt32LE(start, 2 * sector + i * 128 + 32);
    }
    bytes.set(image.subarray(0, 65536), 512 * sector);
    expect(await of(bytes)).toBe(
      `a disk with 2 partitions, ext file systems in partition 4 (--offset ${512 * sector})`,
    );
  });

  oracleTest('sfdisk agrees on where they start', (context) => {
    if (!works('sfdisk', '--version')) context.skip();
    return withFolder(async (folder) => {
      for (const label of ['dos', 'gpt']) {
        const path = join(folder, label);
        writeFileSync(path, Buffer.alloc(16 * 2 ** 20));
        const input = `label: ${label}\nsize=2MiB\nsize=4MiB, type=L\n`;
        expect(spawnSync('sfdisk', [path], { input }).status).toBe(0);
        const dump = JSON.parse(spawnSync('sfdisk', ['--json', path], { encoding: 'utf8' }).stdout);
        const start = dump.partitiontable.partitions[1].start * 512;
        const bytes = readFileSync(path);
        bytes.set(image.subarray(0, 65536), start);
        expect(await of(bytes)).toBe(`a disk with 2 partitions, ext file systems in partition 2 (--offset ${start})`);
      }
    });
  });
});

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'extcheck-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

oracleTest('e2image: its normal file and its QCOW2 are named', (context) => {
  if (!isInstalled('e2image', '-V')) context.skip();
  return withFolder(async (folder) => {
    const path = join(folder, 'image');
    writeFileSync(path, TestImage.load('ext4-4k-csum').bytes);
    for (const [option, words] of [
      [[], 'a file of e2image'],
      [['-Q'], 'a QCOW2 image'],
    ] as const) {
      const out = join(folder, 'out');
      rmSync(out, { force: true });
      expect(spawnSync('e2image', [...option, path, out]).status).toBe(0);
      const { findings } = await checkImage(memorySource(readFileSync(out)));
      expect(findings.at(-1)?.id).toBe('superblock-missing');
      expect(findings.at(-1)?.data?.['looksLike']).toContain(words);
    }
  });
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
        const words = await identifyFile(source);
        expect(words === null || /^an? /.test(words)).toBe(true);
        expect(reads).toBeLessThan(400);
      },
    ),
    { numRuns: 200 },
  );
});

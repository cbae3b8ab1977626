import { describe, expect, test } from 'vitest';
import { type CheckOptions, checkImage } from '../../src/check';
import { ContainerError } from '../../src/container/error';
import { superblock } from '../../src/layout/superblock';
import { type OpenDiskOptions, openDisk } from '../../src/open-disk';
import { digits } from '../../src/report/words';
import { memorySource } from '../../src/source/memory';
import { gptDisk, logicalDisk, mbrDisk, mebibyte } from '../support/disk';
import { fixtureNow } from '../support/fixtures';
import { TestImage } from '../support/image';
import { makeQcow2 } from '../support/qcow2';

const ext2 = TestImage.load('ext2-1k').fill(1024 + superblock.s_uuid.offset, 16, 5).bytes;
const ext4 = TestImage.load('ext4-1k-csum-tree').bytes;
const open = (bytes: Uint8Array, options?: OpenDiskOptions) => openDisk(memorySource(bytes), options);

/** Two partitions with file systems, and one with zeros. */
const disk = gptDisk(24 * mebibyte, [
  { start: 2048, count: ext2.length / 512, holds: ext2, label: 'boot' },
  { start: 16384, count: ext4.length / 512, holds: ext4, label: 'my root' },
  { start: 40000, count: 2048, label: 'data' },
]);

/** The reports on all file systems. */
async function reports(bytes: Uint8Array, options?: OpenDiskOptions) {
  const { fileSystems } = await open(bytes, options);
  return Promise.all(
    fileSystems.map(({ source, partition, extension }) => {
      const how: CheckOptions = { now: fixtureNow };
      if (partition) how.partition = partition;
      if (extension) how.extensions = [extension];
      return checkImage(source, how);
    }),
  );
}

describe('what is in a file', () => {
  test('a bare file system has no container', async () => {
    const { content, fileSystems } = await open(ext2);
    expect(content).toMatchObject({ format: 'ext2', what: 'an ext2 file system', parts: [] });
    expect(fileSystems).toMatchObject([{ container: [] }]);
    expect(fileSystems[0]).not.toHaveProperty('extension');
  });

  test('a disk has partitions, and each file system its chain', async () => {
    const { content, fileSystems } = await open(disk);
    expect(content).toMatchObject({ format: 'GPT', what: 'a disk with 3 partitions (GPT)', size: disk.length });
    expect(content.parts.map(({ name, content }) => [name, content.format])).toEqual([
      ['partition 1 "boot"', 'ext2'],
      ['partition 2 "my root"', 'ext4'],
      ['partition 3 "data"', null],
    ]);
    expect(fileSystems.map(({ source, partition }) => [source.size, partition?.number])).toEqual([
      [ext2.length, 1],
      [ext4.length, 2],
    ]);
    expect(fileSystems[1]?.container).toMatchObject([
      { format: 'GPT', size: disk.length, part: { number: 2, label: 'my root', offset: 8 * mebibyte } },
    ]);
  });

  test('logical partitions, and a disk in a partition of a disk', async () => {
    const inner = logicalDisk(12 * mebibyte, 2048, [{ start: 4096, count: ext4.length / 512, holds: ext4 }]);
    const outer = gptDisk(24 * mebibyte, [{ start: 2048, count: inner.length / 512, holds: inner }]);
    const [found] = (await open(outer)).fileSystems;
    expect(found?.container.map(({ format, part }) => [format, part?.name])).toEqual([
      ['GPT', 'partition 1'],
      ['MBR', 'partition 5'],
    ]);
    expect(await found?.source.locate?.(0)).toBe(mebibyte + 4096 * 512);
    const [report] = await reports(outer);
    expect(report?.verdict).toBe('clean');
  });

  test('containers inside each other end at some depth', async () => {
    let nested: Uint8Array = ext2;
    for (let i = 0; i < 12; i++)
      nested = mbrDisk(nested.length + 512, [{ start: 1, count: nested.length / 512, holds: nested }]);
    const { content } = await open(nested);
    let deepest = content;
    while (deepest.parts[0]) deepest = deepest.parts[0].content;
    expect(deepest.error).toBe('it is the 8th container inside another');
  });

  test('a table in which no partition holds anything is not a disk', async () => {
    const { content, fileSystems } = await open(mbrDisk(4 * mebibyte, [{ start: 2048, count: 1000 }]));
    expect(content).toMatchObject({ format: null, parts: [] });
    expect(fileSystems).toMatchObject([{ container: [] }]);
  });

  test('a file system under a newer partition table is not judged', async () => {
    const { fileSystems } = await open(
      mbrDisk(24 * mebibyte, [{ start: 2048, count: ext4.length / 512, holds: ext4 }], ext2),
    );
    expect(fileSystems).toMatchObject([{ partition: { number: 1, fileSystem: 'ext4' } }]);
  });
});

describe('which partition', () => {
  const ofBoot = '01010101-0101-0101-0101-010101010101';
  const uuid = async (number: number) => (await open(disk)).content.parts[number - 1]?.content.uuid ?? '';

  test.each<[string, () => string | Promise<string>, number]>([
    ['number', () => '2', 2],
    ['name', () => 'my root', 2],
    ['UUID of the partition', () => ofBoot.toUpperCase(), 1],
    ['UUID of the file system', () => uuid(2), 2],
    ['number of one without a file system', () => '3', 3],
  ])('by its %s', async (_, word, number) => {
    const { fileSystems } = await open(disk, { partition: await word() });
    expect(fileSystems.map(({ partition }) => partition?.number)).toEqual([number]);
  });

  test('that does not exist', async () => {
    await expect(open(disk, { partition: 'x' })).rejects.toThrow(
      new ContainerError(
        'container-unsupported',
        'it has no partition x; it has partition 1 "boot", partition 2 "my root", partition 3 "data"',
      ),
    );
    await expect(open(ext2, { partition: '1' })).rejects.toThrow('it has no partition table');
  });
});

describe('what a container reports', () => {
  test.each<[string, (bytes: Buffer) => Buffer, string, object]>([
    [
      'a header with a wrong checksum, so that the backup is used',
      (bytes) => Buffer.from(bytes.fill(1, 512 + 60, 512 + 61)),
      'container-suspect',
      { container: 'GPT', text: 'the checksum of its header is wrong' },
    ],
    [
      'no backup',
      (bytes) => Buffer.from(bytes.fill(0, bytes.length - 512)),
      'container-remark',
      { container: 'GPT', text: 'it has no backup where its header says' },
    ],
  ])('%s', async (_, change, id, data) => {
    const [report] = await reports(change(Buffer.from(disk)));
    expect(report?.findings).toContainEqual(expect.objectContaining({ id, data }));
    expect(report?.container).toMatchObject([{ format: 'GPT', part: { number: 1 } }]);
  });

  test('a partition that is truncated, for that one only', async () => {
    const [first, second] = await reports(disk.subarray(0, 8 * mebibyte + 4096));
    const text = `partition 2 ends ${digits(ext4.length - 4096)} bytes after the end of the disk`;
    const damage = expect.objectContaining({ id: 'container-damaged', data: { container: 'GPT', text } });
    expect(second?.findings).toContainEqual(damage);
    expect(second?.causes.map(({ id }) => id)).toContain('container-damaged');
    expect(first?.counts).not.toHaveProperty('container-damaged');
  });

  test('partitions that overlap, for both', async () => {
    const overlapping = mbrDisk(24 * mebibyte, [
      { start: 2048, count: ext2.length / 512, holds: ext2 },
      { start: 20000, count: ext4.length / 512, holds: ext4 },
    ]);
    // an MBR whose partitions overlap is not believed, but a GPT is
    const gpt = gptDisk(24 * mebibyte, [
      { start: 2048, count: 18000, holds: ext2 },
      { start: 20000, count: ext4.length / 512, holds: ext4 },
      { start: 45000, count: 100 },
    ]);
    expect((await open(overlapping)).content.notes).toEqual([]);
    const notes = (await open(gpt)).content.notes.map(({ text, part }) => [text, part]);
    expect(notes).toEqual([
      ['partitions 1 and 2 overlap', 'partition 1'],
      ['partitions 1 and 2 overlap', 'partition 2'],
    ]);
  });

  test('a file system that is larger than its partition', async () => {
    const [report] = await reports(mbrDisk(24 * mebibyte, [{ start: 2048, count: 4000, holds: ext2 }]));
    expect(report?.findings[0]).toMatchObject({ id: 'file-system-larger-than-partition', severity: 'fatal' });
  });

  test('the bytes of the file', async () => {
    const damaged = Buffer.from(disk);
    damaged.fill(0xff, mebibyte + new TestImage(ext2).inodeAt(2), mebibyte + new TestImage(ext2).inodeAt(3));
    const [report] = await reports(damaged);
    const placed = report?.findings.filter(({ bytes }) => bytes !== undefined) ?? [];
    expect(placed.length).toBeGreaterThan(0);
    for (const { bytes, fileByte } of placed) expect(fileByte).toBe(bytes!.at + mebibyte);
  });
});

test('an abort ends the search', async () => {
  await expect(open(disk, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
});

describe('a virtual disk without an ext file system', () => {
  const clusterBytes = 65536;
  /** A qcow2 image of the bytes, which have at most eight clusters. */
  const inQcow2 = (bytes: Uint8Array): Uint8Array => {
    const at = (i: number) => bytes.subarray(i * clusterBytes, (i + 1) * clusterBytes);
    const count = Math.ceil(bytes.length / clusterBytes);
    const clusters = Object.fromEntries(Array.from({ length: count }, (_, i) => [i, { data: at(i) }]));
    return makeQcow2({ size: bytes.length, clusterBits: 16, clusters }).image;
  };

  test('is the disk in it, so that a check says what that is', async () => {
    const xfs = new Uint8Array(clusterBytes);
    xfs.set(Buffer.from('XFSB'), 0);
    const [report] = await reports(inQcow2(xfs));
    expect(report?.foundAtStart).toMatchObject({ name: 'XFS' });
    expect(report?.container).toMatchObject([{ format: 'qcow2' }]);
  });

  test('gives the reason why it cannot be opened', async () => {
    const image = inQcow2(new Uint8Array(clusterBytes));
    // encrypted
    image[35] = 2;
    await expect(open(image)).rejects.toThrow(ContainerError);
    const nested = mbrDisk(4 * mebibyte, [
      { start: 2048, count: image.length / 512, holds: image },
      { start: 6000, count: 1000 },
    ]);
    const { content } = await open(nested);
    expect(content.notes).toEqual([{ kind: 'remark', text: expect.stringContaining('partition 1 was not opened: ') }]);
    await expect(open(nested, { partition: '1' })).rejects.toThrow('partition 1 was not opened: ');
  });
});

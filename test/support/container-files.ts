/** Files in which an image is in a container: made by native tools, or by hand where no tool makes them without root. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layers } from '../../src/container/layers';
import { gptDisk, mebibyte } from './disk';
import { writeSparse } from './e2fsprogs';
import { dataStart, extentBytes, groupText, linear, physicalVolume, volumeText } from './lvm';
import { Master } from './sparse';
import { isInstalled } from './tools';

/** What is put into a container. */
export interface Contained {
  /** A folder that only this row uses; it has the image as `raw` and the sound one as `sound`. */
  folder: string;
  image: Uint8Array;
  sound: Uint8Array;
}

/** A way to put an image into a container. */
export interface ContainerRow {
  name: string;
  /** Formats around the file system, the outermost first. */
  formats: readonly string[];
  /** Native tools that it needs. */
  tools: readonly string[];
  /**
   * Which bytes have a place in the outermost file: all; those that are not zeros; some (others are in other files); or
   * none, because they are compressed or in other files.
   */
  places: 'all' | 'data' | 'some' | 'none';
  /** Makes the container, and returns the name of its file in the folder. */
  make(from: Contained): string;
  /** The path of the image, where it is in a file of another file system. */
  inside?: string;
}

function run(folder: string, tool: string, args: readonly string[], input?: string): void {
  try {
    execFileSync(tool, args, { cwd: folder, stdio: 'pipe', ...(input !== undefined && { input }) });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`${tool} ${args.join(' ')}: ${said}`, { cause: error });
  }
}

/** Converts the image with qemu-img. */
function converted(
  name: string,
  format: string,
  options: string,
  places: ContainerRow['places'],
  ...more: string[]
): ContainerRow {
  const file = `disk.${format}`;
  return {
    name,
    formats: [{ vpc: 'VHD', vdi: 'VDI', vhdx: 'VHDX', vmdk: 'VMDK' }[format] ?? format],
    tools: ['qemu-img'],
    places,
    make({ folder }) {
      const how = options === '' ? [] : ['-o', options];
      run(folder, 'qemu-img', ['convert', '-f', 'raw', '-O', format, ...how, ...more, 'raw', file]);
      return file;
    },
  };
}

const cluster = 65_536;

/** An overlay that has only the clusters that differ from the sound image. */
function overlay({ folder, image, sound }: Contained): string {
  run(folder, 'qemu-img', ['create', '-f', 'qcow2', '-b', 'sound', '-F', 'raw', 'overlay.qcow2']);
  const writes: string[] = [];
  for (let at = 0; at < image.length; at += cluster) {
    const length = Math.min(cluster, image.length - at);
    if (at > 0 && Buffer.compare(image.subarray(at, at + length), sound.subarray(at, at + length)) === 0) continue;
    writeFileSync(join(folder, `cluster-${at}`), image.subarray(at, at + length));
    writes.push('-c', `write -q -s cluster-${at} ${at} ${length}`);
  }
  run(folder, 'qemu-io', ['-f', 'qcow2', ...writes, 'overlay.qcow2']);
  return 'overlay.qcow2';
}

/** A file of zeros. */
function emptyFile(folder: string, name: string, size: number): string {
  writeFileSync(join(folder, name), '');
  truncateSync(join(folder, name), size);
  return name;
}

/** Disks with tables, by what made them: the tools wait a second for each disk. */
const tables = new Map<string, Master>();

/** A disk whose table a tool makes, with the image from byte `at`. */
function partitioned({ folder, image }: Contained, at: number, tool: string, args: string[], input?: string): string {
  const name = 'disk.img';
  const size = at + image.length + mebibyte;
  const key = [size, tool, ...args, input].join('\n');
  let table = tables.get(key);
  if (table === undefined) {
    emptyFile(folder, name, size);
    run(folder, tool, args, input);
    table = new Master(readFileSync(join(folder, name)));
    tables.set(key, table);
  }
  const disk = table.copy();
  disk.set(image, at);
  writeSparse(join(folder, name), disk);
  return name;
}

const sectorsOf = (image: Uint8Array): number => Math.ceil(image.length / 512);

/** An image in two segments of a volume, in another order than on the physical volume. */
function volume({ folder, image }: Contained): string {
  const count = Math.ceil(image.length / extentBytes);
  const first = Math.floor(count / 3);
  const segments = [linear(1, 0, first, count - first + 2), linear(2, first, count - first, 1)];
  const size = dataStart + (count + 4) * extentBytes;
  const pv = physicalVolume(groupText([volumeText('root', segments)], { extents: count + 4 }), { size });
  for (let extent = 0; extent < count; extent++) {
    const to = extent < first ? extent + count - first + 2 : extent - first + 1;
    pv.set(image.subarray(extent * extentBytes, (extent + 1) * extentBytes), dataStart + to * extentBytes);
  }
  writeFileSync(join(folder, 'pv.img'), pv);
  return 'pv.img';
}

/** A file system with the image as a file, in which zeros are holes. */
function outer({ folder, image }: Contained): string {
  mkdirSync(join(folder, 'tree/images'), { recursive: true });
  writeSparse(join(folder, 'tree/images/active.img'), image);
  const size = `${Math.ceil(image.length / mebibyte) + 6}M`;
  run(folder, 'mke2fs', ['-q', '-F', '-t', 'ext4', '-b', '1024', '-d', 'tree', 'outer.img', size]);
  return 'outer.img';
}

function sparse({ folder }: Contained): string {
  run(folder, 'img2simg', ['raw', 'sparse.img', '4096']);
  return 'sparse.img';
}

/** The output of a program that packs the image. */
const packed = (format: string, suffix: string, tool: string, ...args: string[]): ContainerRow => ({
  name: format,
  formats: [format],
  tools: [tool],
  places: 'none',
  make({ folder }) {
    const { stdout, status } = spawnSync(tool, [...args, '-c', 'raw'], { cwd: folder, maxBuffer: 2 ** 30 });
    if (status !== 0) throw new Error(`${tool} ended with ${status}`);
    writeFileSync(join(folder, `raw.${suffix}`), stdout);
    return `raw.${suffix}`;
  },
});

/** All layers, those of compressed files apart. */
const all: readonly ContainerRow[] = [
  converted('qcow2', 'qcow2', '', 'data'),
  converted('qcow2, version 2, small clusters', 'qcow2', 'compat=0.10,cluster_size=4k', 'data'),
  converted('qcow2, compressed', 'qcow2', '', 'none', '-c'),
  converted('qcow2, subclusters', 'qcow2', 'extended_l2=on,cluster_size=128k', 'data'),
  {
    name: 'qcow2 with a backing file',
    formats: ['qcow2'],
    tools: ['qemu-img', 'qemu-io'],
    places: 'some',
    make: overlay,
  },
  converted('VDI', 'vdi', '', 'data'),
  converted('VDI, static', 'vdi', 'static=on', 'all'),
  converted('VHD', 'vpc', 'force_size=on', 'data'),
  // the end alone says what it is, which is not asked for where a file system starts
  { ...converted('VHD, fixed', 'vpc', 'subformat=fixed,force_size=on', 'all'), formats: [] },
  converted('VHDX', 'vhdx', 'block_size=1M', 'data'),
  converted('VHDX, fixed', 'vhdx', 'subformat=fixed', 'all'),
  converted('VMDK', 'vmdk', '', 'data'),
  converted('VMDK, stream-optimized', 'vmdk', 'subformat=streamOptimized', 'none'),
  converted('VMDK, split sparse', 'vmdk', 'subformat=twoGbMaxExtentSparse', 'none'),
  converted('VMDK, split flat', 'vmdk', 'subformat=twoGbMaxExtentFlat', 'none'),
  converted('VMDK, flat', 'vmdk', 'subformat=monolithicFlat', 'none'),
  {
    name: 'MBR',
    formats: ['MBR'],
    tools: ['sfdisk'],
    places: 'all',
    make(from) {
      const table = `start=2048, size=${sectorsOf(from.image)}, type=83\n`;
      return partitioned(from, mebibyte, 'sfdisk', ['-q', 'disk.img'], table);
    },
  },
  {
    name: 'MBR, logical partition',
    formats: ['MBR'],
    tools: ['sfdisk'],
    places: 'all',
    make(from) {
      const logical = ['start=2048, size=1024', `start=6144, size=${sectorsOf(from.image)}`];
      const table = ['label: dos', 'start=1024, type=5', ...logical, ''].join('\n');
      return partitioned(from, 3 * mebibyte, 'sfdisk', ['-q', 'disk.img'], table);
    },
  },
  {
    name: 'GPT',
    formats: ['GPT'],
    tools: ['sgdisk'],
    places: 'all',
    make(from) {
      const end = 4096 + sectorsOf(from.image) - 1;
      const args = ['-n', '1:2048:4095', '-n', `2:4096:${end}`, '-c', '2:root', 'disk.img'];
      return partitioned(from, 2 * mebibyte, 'sgdisk', args);
    },
  },
  {
    name: 'GPT with sectors of 4096 bytes',
    formats: ['GPT'],
    tools: [],
    places: 'all',
    make({ folder, image }) {
      const part = { start: 256, count: Math.ceil(image.length / 4096), holds: image, label: 'root' };
      writeSparse(join(folder, 'disk.img'), gptDisk(image.length + 2 * mebibyte, [part], { sector: 4096 }));
      return 'disk.img';
    },
  },
  {
    name: 'GPT in a fixed VHD disk',
    formats: ['GPT'],
    tools: ['qemu-img'],
    places: 'all',
    make({ folder, image }) {
      const part = { start: 2048, count: sectorsOf(image), holds: image };
      writeSparse(join(folder, 'disk.img'), gptDisk(image.length + 2 * mebibyte, [part]));
      const options = ['-o', 'subformat=fixed,force_size=on'];
      run(folder, 'qemu-img', ['convert', '-f', 'raw', '-O', 'vpc', ...options, 'disk.img', 'disk.vhd']);
      return 'disk.vhd';
    },
  },
  {
    name: 'GPT in qcow2',
    formats: ['qcow2', 'GPT'],
    tools: ['qemu-img'],
    places: 'data',
    make({ folder, image }) {
      const part = { start: 2048, count: sectorsOf(image), holds: image };
      writeSparse(join(folder, 'disk.img'), gptDisk(image.length + 2 * mebibyte, [part]));
      run(folder, 'qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', 'disk.img', 'disk.qcow2']);
      return 'disk.qcow2';
    },
  },
  {
    name: 'a file of another file system',
    formats: ['ext4'],
    tools: ['mke2fs'],
    places: 'data',
    inside: '/images/active.img',
    make: outer,
  },
  {
    name: 'a file of a file system in a partition of a VDI disk',
    formats: ['VDI', 'GPT', 'ext4'],
    tools: ['mke2fs', 'qemu-img'],
    places: 'data',
    inside: '/images/active.img',
    make(from) {
      const { folder } = from;
      const holds = readFileSync(join(folder, outer(from)));
      const part = { start: 2048, count: sectorsOf(holds), holds };
      writeSparse(join(folder, 'disk.img'), gptDisk(holds.length + 2 * mebibyte, [part]));
      run(folder, 'qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', 'disk.img', 'disk.vdi']);
      return 'disk.vdi';
    },
  },
  { name: 'Android sparse', formats: ['Android sparse'], tools: ['img2simg'], places: 'some', make: sparse },
  { name: 'LVM', formats: ['LVM'], tools: [], places: 'all', make: volume },
  {
    name: 'LVM in a partition of qcow2',
    formats: ['qcow2', 'GPT', 'LVM'],
    tools: ['qemu-img'],
    places: 'data',
    make(from) {
      const { folder } = from;
      const holds = readFileSync(join(folder, volume(from)));
      const part = { start: 2048, count: sectorsOf(holds), holds };
      writeSparse(join(folder, 'disk.img'), gptDisk(holds.length + 2 * mebibyte, [part]));
      run(folder, 'qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', 'disk.img', 'disk.qcow2']);
      return 'disk.qcow2';
    },
  },
];

/** ext4 is the file system with the image in a file. */
const isOpened = (format: string): boolean =>
  ['GPT', 'MBR', 'ext4'].includes(format) || layers.some(({ name }) => name === format);

/** All rows whose formats this version opens. */
export const containerRows: readonly ContainerRow[] = all.filter(({ formats }) => formats.every(isOpened));

/** Compressed files, which programs and `openCompressed` open, and not `openDisk`. */
export const packedRows: readonly ContainerRow[] = [
  packed('gzip', 'gz', 'gzip'),
  packed('xz', 'xz', 'xz'),
  packed('zstd', 'zst', 'zstd'),
  packed('bzip2', 'bz2', 'bzip2'),
  packed('lz4', 'lz4', 'lz4'),
];

/** Whether its tools are installed. */
export const canMake = ({ tools }: ContainerRow): boolean => tools.every((tool) => isInstalled(tool, '--version'));

/** Puts an image into a container; the name of the file. */
export function makeContainer(row: ContainerRow, from: Contained): string {
  const { folder, image, sound } = from;
  writeSparse(join(folder, 'raw'), image);
  writeSparse(join(folder, 'sound'), sound);
  return row.make(from);
}

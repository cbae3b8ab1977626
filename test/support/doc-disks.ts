/** The containers that docs/containers.md and other pages name: made by hand, so that their outputs are always the same. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sparseOf, sparsePart } from './android-sparse';
import { TestDirectory } from './directory';
import { gptDisk, mbrDisk, mebibyte } from './disk';
import { verityTree } from './dm-verity';
import { hasE2fsprogs, makeImage } from './e2fsprogs';
import { fixtureBytes } from './fixtures';
import { TestImage } from './image';
import { dataStart, extentBytes, groupText, linear, physicalVolume, segmentText, volumeText } from './lvm';
import { type Cluster, makeQcow2, type Qcow2Recipe } from './qcow2';
import { isInstalled } from './tools';
import { tree } from './tree';
import { makeVdi } from './vdi';
import { descriptorText, dynamicVhd, vhdx } from './virtual-disks';

const sectors = (image: Uint8Array): number => image.length / 512;

/** A boot sector of FAT16. */
function fatSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from('eb3c90', 'hex').copy(sector);
  sector.write('mkfs.fat', 3);
  sector.writeUInt16LE(512, 11);
  sector.set([4, 1, 0, 2, 0, 2, 0, 8, 0xf8, 2, 0], 13);
  sector.write('BOOT       FAT16   ', 43);
  sector.writeUInt16BE(0x55aa, 510);
  return sector;
}

/** The parts of a disk that are not zeros, by number. */
function blocksOf(disk: Uint8Array, size: number): Map<number, Uint8Array> {
  const blocks = new Map<number, Uint8Array>();
  for (let at = 0; at < disk.length; at += size) {
    const block = disk.subarray(at, at + size);
    if (block.some((byte) => byte !== 0)) blocks.set(at / size, block);
  }
  return blocks;
}

/** A disk as qcow2. */
export function qcow2Of(disk: Uint8Array, recipe: Partial<Qcow2Recipe> = {}): Buffer {
  const clusters: Record<number, Cluster> = {};
  for (const [number, data] of blocksOf(disk, 65_536)) clusters[number] = { data };
  return makeQcow2({ ...recipe, clusterBits: 16, size: disk.length, clusters }).image;
}

function vdiOf(disk: Uint8Array): Buffer {
  const blocks = blocksOf(disk, mebibyte);
  const map = new Array<number>(disk.length / mebibyte).fill(0xffffffff);
  [...blocks.keys()].forEach((number, i) => {
    map[number] = i;
  });
  return makeVdi({ size: disk.length, blockBytes: mebibyte, map, blocks: [...blocks.values()] });
}

function vhdOf(disk: Uint8Array): Uint8Array {
  const blockSize = 65_536;
  const blocks = [...blocksOf(disk, blockSize)].map(([index, data]) => ({ index, bitmap: Array(16).fill(0xff), data }));
  return dynamicVhd({ size: disk.length, blockSize, blocks });
}

function vhdxOf(disk: Uint8Array): Uint8Array {
  const blocks = Array.from({ length: disk.length / mebibyte }, (_, i) => ({
    state: 6,
    data: disk.subarray(i * mebibyte, (i + 1) * mebibyte),
  }));
  return vhdx({ size: disk.length, blocks });
}

/** A disk with partitions 1 "efi", 2 "root" and 3 "data", of 12 MiB. */
export function serverDisk(): Buffer {
  const [root, data] = [fixtureBytes('clean/ext4-1k-csum-tree'), fixtureBytes('clean/ext4-nojournal')];
  const first = mebibyte / 512;
  const afterRoot = 2 * first + sectors(root);
  return gptDisk(12 * mebibyte, [
    { start: first, count: first, holds: fatSector(), label: 'efi' },
    { start: 2 * first, count: sectors(root), holds: root, label: 'root' },
    { start: afterRoot, count: sectors(data), holds: data, label: 'data' },
  ]);
}

function cardDisk(): Buffer {
  const root = fixtureBytes('clean/ext4-1k-csum-tree');
  return mbrDisk(9 * mebibyte, [
    { start: 2048, count: 2048, type: 0x0c, holds: fatSector() },
    { start: 4096, count: sectors(root), holds: root },
  ]);
}

/** A physical volume with a linear volume and a pool of thin ones. */
function physicalDisk(): Buffer {
  const image = fixtureBytes('clean/ext4-1k-csum-tree');
  const count = image.length / extentBytes;
  const thin = segmentText(1, 0, 8, 'type = "thin"\nthin_pool = "pool"\ntransaction_id = 1\ndevice_id = 1');
  const volumes = [volumeText('root', [linear(1, 0, count, 0)]), volumeText('home', [thin])];
  const disk = physicalVolume(groupText(volumes, { extents: count }), { size: dataStart + image.length });
  disk.set(image, dataStart);
  return disk;
}

/** gzip data without compression, so that its length does not depend on the version of zlib. */
function storedGzip(bytes: Uint8Array): Buffer {
  const parts = [Buffer.from('1f8b0800000000000003', 'hex')];
  const most = 32_768;
  for (let at = 0; at < bytes.length; at += most) {
    const block = bytes.subarray(at, at + most);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(0xffff - block.length, 3);
    parts.push(head, Buffer.from(block));
  }
  return Buffer.concat(parts);
}

/** A disk of a Harvester node: its state partition has both systems. */
function nodeDisk(folder: string): Buffer {
  const tree = join(folder, 'state');
  mkdirSync(join(tree, 'cOS'), { recursive: true });
  for (const name of ['active', 'passive']) writeFileSync(join(tree, `cOS/${name}.img`), fixtureBytes('clean/ext2-4k'));
  const state = makeImage({ size: '24M', options: `-t ext4 -b 1024 -L COS_STATE -d ${tree}` }).bytes;
  rmSync(tree, { recursive: true });
  return gptDisk(26 * mebibyte, [{ start: 2048, count: sectors(state), holds: state, label: 'state' }]);
}

/** Root hash of `signed.img`, as docs/containers.md has it. */
export const signedRootHash = (): string => verityTree(fixtureBytes('clean/ext4-4k-csum')).rootHash;

/** An image with a lost inode, a file without its mapping, and a name that leads out of its directory. */
function brokenImage(): Uint8Array {
  const image = TestImage.load('ext4-4k-csum').setInode(tree.fstab, { i_mode: 0, i_links_count: 0 });
  image.setBlockWord(tree.passwd, 0, 0);
  TestDirectory.at(image, '/etc').add('../../outside', { inode: tree.osRelease, file_type: 1 });
  return image.bytes;
}

/** Writes all of them; those that need a tool only where it is installed. */
export function writeDisks(folder: string): void {
  const write = (name: string, bytes: string | Uint8Array) => writeFileSync(join(folder, name), bytes);
  const [disk, card, image] = [serverDisk(), cardDisk(), fixtureBytes('clean/ext4-4k-csum')];
  write('card.img', card);
  write('disk.raw', disk);
  write('disk.qcow2', qcow2Of(disk));
  write('overlay.qcow2', makeQcow2({ size: disk.length, clusterBits: 16, backing: 'disk.qcow2' }).image);
  const locked = qcow2Of(disk);
  locked.writeUInt32BE(2, 32);
  write('locked.qcow2', locked);
  write('disk.vdi', vdiOf(disk));
  write('disk.vhd', vhdOf(disk));
  write('disk.vhdx', vhdxOf(disk));
  write('checkpoint.avhdx', vhdx({ size: mebibyte, blocks: [], flags: 2, parent: { relative_path: '.\\disk.vhdx' } }));
  const extent = [`RW ${sectors(disk)} FLAT "disk-flat.vmdk" 0`];
  write('disk.vmdk', descriptorText(extent, { createType: 'monolithicFlat' }));
  write('disk-flat.vmdk', disk);
  write('system.img', sparseOf([{ raw: image }]));
  const half = image.length / 4096 / 2;
  write('super.img_sparsechunk.0', sparsePart(image, 0, half));
  write('super.img_sparsechunk.1', sparsePart(image, half, 2 * half));
  write('pv.img', physicalDisk());
  write('broken.img', brokenImage());
  const { bytes: hashes } = verityTree(image);
  write('signed.img', Buffer.concat([image, hashes]));
  write('short.img.gz', storedGzip(image).subarray(0, 3 * mebibyte));
  if (isInstalled('xz')) write('card.img.xz', spawnSync('xz', ['-c'], { input: card, maxBuffer: 2 ** 28 }).stdout);
  if (hasE2fsprogs) write('node.img', nodeDisk(folder));
}

/** Small containers of every format, made by hand, with the places of their numbers and the checksums to renew. */
import { crc32le } from '../../src/bytes/crc32le';
import { inode } from '../../src/layout/inode';
import { type ChunkRecipe, sparseOf, sparsePart } from '../support/android-sparse';
import { gptDisk, logicalDisk, mebibyte } from '../support/disk';
import { avbImage, verityTree } from '../support/dm-verity';
import { hasE2fsprogs, makeImage } from '../support/e2fsprogs';
import {
  areaAt,
  dataStart,
  extentBytes,
  groupText,
  linear,
  lvmChecksum,
  physicalVolume,
  sealArea,
  sealLabel,
  volumeText,
} from '../support/lvm';
import { type Cluster, makeQcow2, type Qcow2Recipe } from '../support/qcow2';
import { loadImage } from '../support/sparse';
import { makeVdi, vdiMapAt } from '../support/vdi';
import {
  descriptorText,
  dynamicVhd,
  fixedVhd,
  logEntry,
  sealVhd,
  sealVhdx,
  sparseVmdk,
  vhdTableOffset,
  vhdx,
  vhdxPlaces,
  vmdkPlaces,
} from '../support/virtual-disks';

/** A number in a container. */
export interface Field {
  at: number;
  bytes: number;
  /** Bytes of the unit in which it names a place; 1 where it is not one. */
  unit: number;
}

/** Text in a container, and the most bytes that it can have. */
export interface Text {
  at: number;
  room: number;
}

export interface ContainerBase {
  name: string;
  file: Uint8Array;
  littleEndian: boolean;
  fields: readonly Field[];
  texts: readonly Text[];
  /** Makes all checksums right that were right before. */
  seal?: (file: Uint8Array) => void;
  /** Files that belong to it. */
  beside: Readonly<Record<string, Uint8Array>>;
  /** Its own name, where other names follow from it. */
  own?: string;
  /** The path of an image in its file system. */
  inside?: string;
  /** The root of its hash tree, which is verified. */
  rootHash?: string;
}

/** Fields by their length: `4:0,4 8:8` are two of four bytes at 0 and 4, and one of eight at 8. */
function fields(text: string, from = 0, unit = 1): Field[] {
  return text.split(' ').flatMap((group) => {
    const [bytes, places] = group.split(':');
    return places!.split(',').map((at) => ({ at: from + Number(at), bytes: Number(bytes), unit }));
  });
}

const table = (at: number, count: number, bytes: number, unit: number): Field[] =>
  Array.from({ length: count }, (_, i) => ({ at: at + i * bytes, bytes, unit }));

type Parts = Partial<ContainerBase> & Pick<ContainerBase, 'name' | 'file' | 'fields'>;
const base = (parts: Parts): ContainerBase => ({ littleEndian: true, texts: [], beside: {}, ...parts });

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The pieces of an image by number, those of zeros left out. */
function piecesOf(image: Uint8Array, size: number): [number: number, piece: Uint8Array][] {
  const pieces: [number, Uint8Array][] = [];
  for (let at = 0; at < image.length; at += size) {
    const piece = image.subarray(at, at + size);
    if (!isZero(piece)) pieces.push([at / size, piece]);
  }
  return pieces;
}

function qcow2(
  name: string,
  image: Uint8Array,
  recipe: Partial<Qcow2Recipe>,
  beside: ContainerBase['beside'] = {},
  clusterOf = (piece: Uint8Array, number: number): Cluster => (number % 3 === 0 ? { packed: piece } : { data: piece }),
): ContainerBase {
  const { clusterBits = 12 } = recipe;
  const clusters: Record<number, Cluster> = {};
  for (const [number, piece] of piecesOf(image, 2 ** clusterBits)) clusters[number] = clusterOf(piece, number);
  const made = makeQcow2({ ...recipe, clusterBits, size: image.length, clusters });
  const header = '4:0,4,16,20,32,36,56,60,72,76,80,84,88,92,96,100,104,112,116,120,128 8:8,24,40,48,64,72,80,88';
  return base({
    name,
    file: made.image,
    littleEndian: false,
    fields: [...fields(header), ...table(made.l1At, 3, 8, 1), ...table(made.entryAt(0), 24, 8, 1)],
    texts: [{ at: 112, room: 200 }],
    beside,
    // the data file has another size than the disk only if it is wrong
    ...(recipe.dataFile !== undefined && { beside: { [recipe.dataFile]: made.data } }),
  });
}

function vdi(image: Uint8Array): ContainerBase {
  const blockBytes = 65_536;
  const map = new Array<number>(image.length / blockBytes).fill(0xffffffff);
  const pieces = piecesOf(image, blockBytes);
  pieces.forEach(([number], i) => {
    map[number] = i;
  });
  const header = '4:64,68,72,76,80,340,344,360,376,380,384,388 8:368,392,400,408,416,424,432,440,448';
  return base({
    name: 'VDI',
    file: makeVdi({ size: image.length, blockBytes, map, blocks: pieces.map(([, piece]) => piece) }),
    fields: [...fields(header), ...table(vdiMapAt, map.length, 4, blockBytes)],
  });
}

const vhdFooter = '8:0,16,24,40,48 4:8,12,24,28,32,36,56,60,64,68,84';

function vhd(image: Uint8Array): ContainerBase {
  const blockSize = 65_536;
  const blocks = piecesOf(image, blockSize).map(([index, data]) => ({ index, bitmap: Array(16).fill(0xff), data }));
  const file = dynamicVhd({ size: image.length, blockSize, blocks });
  const end = file.length - 512;
  return base({
    name: 'VHD',
    file,
    littleEndian: false,
    fields: [
      ...fields(vhdFooter),
      ...fields(vhdFooter, end),
      ...fields('8:0,8,16,40 4:24,28,32,36,56,60,64,576,580,584 8:592', 512),
      ...table(vhdTableOffset, image.length / blockSize, 4, 512),
      ...fields('4:0,4,8,12', vhdTableOffset + 512),
    ],
    seal(bytes) {
      sealVhd(bytes.subarray(0, 512), 64);
      sealVhd(bytes.subarray(end, end + 512), 64);
      sealVhd(bytes.subarray(512, 1536), 36);
    },
  });
}

/** A fixed disk whose first sectors are not those of a file system, so that its end is looked at. */
function fixed(image: Uint8Array): ContainerBase {
  const disk = gptDisk(image.length + mebibyte, [{ start: 256, count: image.length / 512, holds: image }]);
  disk.fill(0, 0, 1024);
  const file = fixedVhd(disk);
  return base({
    name: 'fixed VHD',
    file,
    littleEndian: false,
    fields: fields(vhdFooter, disk.length),
    seal: (bytes) => sealVhd(bytes.subarray(disk.length, disk.length + 512), 64),
  });
}

const vhdxHeaderFields = '4:0,4,68 8:8,16,24,32,40,48,56,72 2:64,66';
const vhdxRegionFields = '4:0,4,8,40,44,72,76 8:16,24,32,48,56,64';
const vhdxItems = [0, 1, 2, 3, 4, 5].map((i) => 32 + i * 32);

function hyperV(image: Uint8Array, hasLog: boolean): ContainerBase {
  const blocks = [0, 1].map((i) => ({ state: 6, data: image.subarray(i * mebibyte, (i + 1) * mebibyte) }));
  // the log has the start of the first block
  const entry = logEntry({
    sequence: 5,
    tail: 0,
    changes: [
      { at: vhdxPlaces.blocks, data: image.slice(0, 4096) },
      { at: vhdxPlaces.blocks + 2 * mebibyte - 8192, zeros: 4096 },
    ],
  });
  const file = vhdx({ size: 2 * mebibyte, blocks, ...(hasLog && { log: [entry] }) });
  const { headers, regions, metadata, bat, log } = vhdxPlaces;
  return base({
    name: hasLog ? 'VHDX with a log' : 'VHDX',
    file,
    fields: [
      ...headers.flatMap((at) => fields(vhdxHeaderFields, at)),
      ...regions.flatMap((at) => fields(vhdxRegionFields, at)),
      ...fields('8:0 2:10', metadata),
      ...vhdxItems.flatMap((at) => fields('8:0,8 4:16,20,24,28', metadata + at)),
      ...fields('4:0,4 8:8,16,24 4:32,36', metadata + 65_536),
      ...table(bat, 3, 8, 1),
      ...(hasLog ? fields('4:0,4,8,12,24,64,68,96 8:16,32,40,48,56,72,80,88,104,112,120 4:4096,4100,8188', log) : []),
    ],
    seal(bytes) {
      for (const at of headers) sealVhdx(bytes.subarray(at, at + 4096));
      for (const at of regions) sealVhdx(bytes.subarray(at, at + 65_536));
      if (hasLog) sealVhdx(bytes.subarray(log, log + entry.length));
    },
  });
}

const vmdkHeader = '4:0,4,8,44,73 8:12,20,28,36,48,56,64 2:77';

function vmdk(image: Uint8Array, compressed: boolean): ContainerBase {
  const grainSize = 16;
  const capacity = image.length / 512;
  const grains = Object.fromEntries(piecesOf(image, grainSize * 512));
  const descriptor = descriptorText([`RW ${capacity} SPARSE "disk.vmdk"`], {
    createType: compressed ? 'streamOptimized' : 'monolithicSparse',
  });
  const file = sparseVmdk({ capacity, grainSize, grains, descriptor, compressed, hasFooter: compressed });
  const { rgd, gd, tables, descriptor: at, descriptorSize } = vmdkPlaces;
  const count = capacity / grainSize / 16;
  return base({
    name: compressed ? 'stream-optimized VMDK' : 'VMDK',
    file,
    fields: [
      ...fields(vmdkHeader),
      ...table(gd * 512, count, 4, 512),
      ...table(tables * 512, 16, 4, 512),
      ...(compressed
        ? [
            ...fields('4:0,12', file.length - 3 * 512),
            ...fields(vmdkHeader, file.length - 2 * 512),
            ...fields('8:0 4:8', (tables + count) * 512),
          ]
        : table(rgd * 512, count, 4, 512)),
    ],
    texts: [{ at: at * 512, room: descriptorSize * 512 }],
  });
}

/** A descriptor of a disk in pieces. */
function splitVmdk(image: Uint8Array): ContainerBase {
  const sectors = image.length / 512;
  const cut = 2048;
  const sparse = sparseVmdk({
    capacity: sectors - cut,
    grainSize: 16,
    grains: Object.fromEntries(piecesOf(image.subarray(cut * 512), 16 * 512)),
  });
  const rows = [`RW ${cut} FLAT "a.vmdk" 0`, `RW ${sectors - cut} SPARSE "b.vmdk"`, 'RW 100 ZERO'];
  const text = descriptorText(rows, { createType: 'custom' });
  const file = new Uint8Array(2048).fill(0x0a);
  file.set(text);
  return base({
    name: 'VMDK in pieces',
    file,
    fields: [],
    texts: [{ at: 0, room: file.length }],
    beside: { 'a.vmdk': image.subarray(0, cut * 512), 'b.vmdk': sparse },
  });
}

const gptHeader = '8:0,24,32,40,48,56,64,72 4:8,12,16,80,84,88';
const gptEntry = '8:0,8,16,24,32,40,48,56';
const recordFields = [446, 462, 478, 494].flatMap((at) => [...fields('1:0,4', at), ...fields('4:8,12', at, 512)]);

function gpt(image: Uint8Array, sector: 512 | 4096): ContainerBase {
  const count = image.length / sector;
  const first = mebibyte / sector;
  const parts = [
    { start: first, count, holds: image, label: 'root' },
    { start: first + count, count: 8, label: 'empty' },
  ];
  const file = gptDisk(image.length + 2 * mebibyte, parts, { sector });
  const last = file.length - sector;
  const entriesBefore = last - 16_384;
  return base({
    name: `GPT with sectors of ${sector} bytes`,
    file,
    fields: [
      ...recordFields,
      ...fields('2:510'),
      ...fields(gptHeader, sector, sector),
      ...fields(gptHeader, last, sector),
      ...[0, 1, 2].flatMap((i) => fields(gptEntry, 2 * sector + i * 128, sector)),
      ...fields(gptEntry, entriesBefore, sector),
    ],
    seal(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (const [header, entries] of [
        [sector, 2 * sector],
        [last, entriesBefore],
      ] as const) {
        view.setUint32(header + 88, crc32le(0, bytes.subarray(entries, entries + 16_384)), true);
        view.setUint32(header + 16, 0, true);
        view.setUint32(header + 16, crc32le(0, bytes.subarray(header, header + 92)), true);
      }
    },
  });
}

function mbr(image: Uint8Array): ContainerBase {
  const count = image.length / 512;
  const file = logicalDisk(image.length + mebibyte, 64, [
    { start: 128, count: 8 },
    { start: 256, count, holds: image },
    { start: 512 + count, count: 8, type: 0x82 },
  ]);
  const records = [0, 64, 255, 511 + count];
  const places = records.flatMap((sector) => recordFields.map((one) => ({ ...one, at: one.at + sector * 512 })));
  return base({
    name: 'MBR',
    file,
    fields: [...places, ...records.flatMap((sector) => fields('2:510', sector * 512))],
  });
}

function lvm(image: Uint8Array): ContainerBase {
  const count = image.length / extentBytes;
  const segments = [linear(1, 0, 10, count - 10), linear(2, 10, count - 10, 0)];
  const text = groupText([volumeText('root', segments), volumeText('swap', [linear(1, 0, 1, count)])], {
    extents: count + 1,
  });
  const file = physicalVolume(text, { size: dataStart + (count + 1) * extentBytes });
  for (let extent = 0; extent < count; extent++) {
    const to = extent < 10 ? extent + count - 10 : extent - 10;
    file.set(image.subarray(extent * extentBytes, (extent + 1) * extentBytes), dataStart + to * extentBytes);
  }
  file.fill(0, dataStart + count * extentBytes);
  const textAt = areaAt + 512;
  return base({
    name: 'LVM',
    file,
    fields: [
      ...fields('8:0,8,24,32,40,48,56,64,72,80,88,96,104,112,120 4:16,20', 512),
      ...fields('4:0,20,56,60 8:4,12,24,32,40,48,64', areaAt),
    ],
    texts: [{ at: textAt, room: 8192 }],
    seal(bytes) {
      const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      const end = all.indexOf(0, textAt);
      const length = Math.min(8192, end - textAt + 1);
      all.writeBigUInt64LE(BigInt(length), areaAt + 48);
      all.writeUInt32LE(lvmChecksum(bytes.subarray(textAt, textAt + length)), areaAt + 56);
      sealArea(all);
      sealLabel(all);
    },
  });
}

const chunkHeader = '2:0,2 4:4,8';

function androidSparse(image: Uint8Array): ContainerBase {
  const chunks: ChunkRecipe[] = [];
  for (let at = 0; at < image.length; at += 65_536) {
    const raw = image.subarray(at, at + 65_536);
    if (!isZero(raw)) chunks.push({ raw });
    else chunks.push(at % 131_072 === 0 ? { skip: 16 } : { fill: 0, count: 16 });
  }
  let at = 28;
  const starts = chunks.map((chunk) => {
    const start = at;
    at += 'raw' in chunk ? 12 + chunk.raw.length : 'fill' in chunk ? 16 : 12;
    return start;
  });
  return base({
    name: 'Android sparse',
    file: sparseOf(chunks),
    fields: [...fields('4:0,12,16,20,24 2:4,6,8,10'), ...starts.flatMap((start) => fields(chunkHeader, start))],
  });
}

/** One of two files, which are found by its name. */
function androidParts(image: Uint8Array): ContainerBase {
  const blocks = image.length / 4096;
  const file = sparsePart(image, 0, 200);
  return base({
    name: 'Android sparse in parts',
    file,
    fields: [
      ...fields('4:0,12,16,20,24 2:4,6,8,10'),
      ...fields(chunkHeader, 28),
      ...fields(chunkHeader, 28 + 12 + 200 * 4096),
    ],
    beside: { 'super_1.img': sparsePart(image, 200, blocks) },
    own: 'super_0.img',
  });
}

/** A hash tree of dm-verity after the file system, in Android's way or with a superblock. */
function verity(image: Uint8Array, isAndroid: boolean): ContainerBase {
  const salt = Buffer.from('aabbccdd', 'hex');
  const tree = verityTree(image, { salt });
  const { length } = image;
  if (!isAndroid)
    return base({
      name: 'dm-verity',
      file: Buffer.concat([image, tree.bytes]),
      fields: [
        ...fields('8:0,16,32,40,72,88 4:8,12,64,68 2:80', length),
        ...table(length + 4096, 4, 8, 1),
        ...fields('8:4096', length + tree.bytes.length - 8192),
      ],
      texts: [{ at: length + 32, room: 32 }],
      rootHash: tree.rootHash,
    });
  const file = avbImage(image);
  const meta = length + tree.levels.length;
  return base({
    name: 'Android Verified Boot',
    file,
    littleEndian: false,
    fields: [
      ...fields('4:0,4,8 8:12,20,28', file.length - 64),
      ...fields('4:0 8:12,20,96,104', meta),
      ...fields('8:0,8', meta + 320),
      ...fields('8:0,8,20,28,36,56,64 4:16,44,48,104,108,112', meta + 352),
    ],
    texts: [{ at: meta + 352 + 72, room: 32 }],
    rootHash: tree.rootHash,
  });
}

/** A file system in a file of another one; nothing but its mapping is changed. */
function insideFile(): ContainerBase {
  const size = '1M';
  const inner = makeImage({ size, options: '-t ext2 -b 1024 -O ^resize_inode', commands: ['mkdir a', 'mkdir b'] });
  const outer = makeImage({
    size: '3M',
    options: '-t ext2 -b 1024',
    commands: ['mkdir images', 'cd images', 'write /dev/null a'],
  });
  const number = 13;
  const from = 1500;
  // by hand: blocks that are free in a new file system, and two that point to the rest
  const at = outer.inodeAt(number);
  const blocks = inner.bytes.length / 1024;
  for (let i = 0; i < blocks; i++) {
    const block = from + i;
    if (i < 12) outer.view.setUint32(at + inode.i_block.offset + i * 4, block, true);
    else if (i < 268) outer.view.setUint32(1_000 * 1024 + (i - 12) * 4, block, true);
    else outer.view.setUint32((1002 + Math.floor((i - 268) / 256)) * 1024 + ((i - 268) % 256) * 4, block, true);
  }
  const blockWord = (word: number) => at + inode.i_block.offset + word * 4;
  outer.view.setUint32(blockWord(12), 1000, true);
  outer.view.setUint32(blockWord(13), 1001, true);
  for (let i = 0; i < 3; i++) outer.view.setUint32(1001 * 1024 + i * 4, 1002 + i, true);
  outer.bytes.set(inner.bytes, from * 1024);
  outer.poke(inode.i_size_lo, at, inner.bytes.length);
  return base({
    name: 'a file in ext2',
    file: outer.bytes,
    fields: [
      ...fields('2:0,26 4:4,28,32', at),
      ...table(blockWord(0), 15, 4, 1024),
      ...table(1000 * 1024, 12, 4, 1024),
      ...table(1001 * 1024, 4, 4, 1024),
      ...table(1002 * 1024, 4, 4, 1024),
    ],
    inside: '/images/a',
  });
}

/** Everything that is opened; with mke2fs also a file system in a file of another one. */
export function containerBases(): ContainerBase[] {
  const image = loadImage('fixtures/clean/ext2-rev0.img.gz');
  const clusters = piecesOf(image, 16_384).map(([number]) => [number, [0, 0xffffffff]] as const);
  const inner = gptDisk(image.length + mebibyte, [{ start: 256, count: image.length / 512, holds: image }]);
  const bases = [
    qcow2('qcow2', image, {}),
    qcow2('qcow2, version 2', image, { version: 2 }),
    qcow2('qcow2 with subclusters', image, { clusterBits: 14, extended: Object.fromEntries(clusters) }, {}, (data) => ({
      data,
    })),
    qcow2('qcow2 with a backing file', image, { backing: 'base', backingFormat: 'raw' }, { base: image }),
    qcow2('qcow2 with a data file', image, { dataFile: 'data' }, {}, (data) => ({ data })),
    qcow2('GPT in qcow2', inner, {}),
    vdi(image),
    vhd(image),
    fixed(image),
    hyperV(image, false),
    hyperV(image, true),
    vmdk(image, false),
    vmdk(image, true),
    splitVmdk(image),
    gpt(image, 512),
    gpt(image, 4096),
    mbr(image),
    lvm(image),
    androidSparse(image),
    androidParts(image),
    verity(image, false),
    verity(image, true),
  ];
  return hasE2fsprogs ? [...bases, insideFile()] : bases;
}

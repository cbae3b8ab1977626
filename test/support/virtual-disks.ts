/** Small virtual disks built by hand: VHD, VHDX with a log, VMDK; and what a test gives to a layer. */
import { deflateSync, inflateSync } from 'node:zlib';
import { crc32c } from '../../src/bytes/crc32c';
import { ContainerError } from '../../src/container/error';
import type { Layer, LayerContext, OpenedLayer } from '../../src/container/layer';
import { memorySource } from '../../src/source/memory';
import type { ByteSource } from '../../src/source/source';

export const sectorBytes = 512;
export const mebibyte = 2 ** 20;

/** Numbers from 0 to below 1 that are the same at each run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes without a pattern. */
export function noise(length: number, seed: number): Uint8Array {
  const next = randomNumbers(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = next() * 256;
  return bytes;
}

/** A context with the files beside the layer. */
export function contextWith(files: Readonly<Record<string, ByteSource>> = {}, opened: string[] = []): LayerContext {
  return {
    async openBeside(name, what, options) {
      opened.push(`${what} ${name}${options?.raw ? ' raw' : ''}`);
      const found = Object.hasOwn(files, name) ? files[name] : undefined;
      if (found === undefined) throw new ContainerError('container-needs-file', `the ${what} "${name}" is missing`);
      return found;
    },
    decompress: (_kind, packed, size) => new Uint8Array(inflateSync(packed, { maxOutputLength: size })),
  };
}

export const openLayer = (layer: Layer, bytes: Uint8Array, context = contextWith()): Promise<OpenedLayer> =>
  layer.open(memorySource(bytes), context);

/** The disk of a layer that has one. */
export function diskOf({ parts }: OpenedLayer): ByteSource {
  const source = parts[0]?.source;
  if (source === undefined || typeof source === 'string' || parts.length !== 1) throw new Error('not one disk');
  return source;
}

export async function readAll(source: ByteSource, at = 0, length = source.size - at): Promise<Uint8Array> {
  const bytes = new Uint8Array(length).fill(0xee);
  const got = await source.read(at, bytes);
  return bytes.subarray(0, got);
}

/** The first byte at which two runs of bytes differ, or -1: comparing large ones as values takes seconds. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return -1;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? Math.min(a.length, b.length) : at;
}

const ascii = (bytes: Uint8Array, at: number, text: string): void => {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
};
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

// ---- VHD ----

/** Sets the checksum of a footer (64) or of a dynamic header (36). */
export function sealVhd(bytes: Uint8Array, at: number): void {
  bytes.fill(0, at, at + 4);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  viewOf(bytes).setUint32(at, ~sum >>> 0);
}

export function vhdFooter(type: number, size: number, dataOffset?: number): Uint8Array {
  const bytes = new Uint8Array(sectorBytes);
  const view = viewOf(bytes);
  ascii(bytes, 0, 'conectix');
  view.setUint32(8, 2);
  view.setUint32(12, 0x10000);
  view.setBigUint64(16, dataOffset === undefined ? 2n ** 64n - 1n : BigInt(dataOffset));
  view.setBigUint64(40, BigInt(size));
  view.setBigUint64(48, BigInt(size));
  view.setUint32(60, type);
  sealVhd(bytes, 64);
  return bytes;
}

export const fixedVhd = (disk: Uint8Array): Uint8Array => joined(disk, vhdFooter(2, disk.length));

export interface DynamicVhd {
  size: number;
  blockSize: number;
  /** Data of stored blocks by index, in the order of the file, with the bits of their sectors. */
  blocks: readonly { index: number; bitmap: readonly number[]; data: Uint8Array }[];
  /** Name of a parent, which makes it a differencing disk. */
  parent?: string;
}

export const vhdTableOffset = 1536;

export function dynamicVhd({ size, blockSize, blocks, parent }: DynamicVhd): Uint8Array {
  const footer = vhdFooter(parent === undefined ? 3 : 4, size, sectorBytes);
  const header = new Uint8Array(1024);
  const view = viewOf(header);
  const entries = Math.ceil(size / blockSize);
  ascii(header, 0, 'cxsparse');
  view.setBigUint64(8, 2n ** 64n - 1n);
  view.setUint32(16 + 4, vhdTableOffset);
  view.setUint32(24, 0x10000);
  view.setUint32(28, entries);
  view.setUint32(32, blockSize);
  for (let i = 0; i < (parent ?? '').length; i++) view.setUint16(64 + i * 2, parent!.charCodeAt(i));
  sealVhd(header, 36);
  const table = new Uint8Array(Math.ceil((entries * 4) / sectorBytes) * sectorBytes).fill(0xff);
  let at = vhdTableOffset + table.length;
  const parts: Uint8Array[] = [footer, header, table];
  for (const { index, bitmap, data } of blocks) {
    viewOf(table).setUint32(index * 4, at / sectorBytes);
    const bits = new Uint8Array(Math.ceil(blockSize / sectorBytes / 8 / sectorBytes) * sectorBytes);
    bits.set(bitmap);
    parts.push(bits, data);
    at += bits.length + data.length;
  }
  return joined(...parts, footer);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// ---- VHDX ----

export function guidBytes(text: string): Uint8Array {
  const bytes = Uint8Array.from(text.replaceAll('-', '').match(/../g)!, (pair) => Number.parseInt(pair, 16));
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** Sets the CRC-32C of a structure. */
export function sealVhdx(bytes: Uint8Array): Uint8Array {
  bytes.fill(0, 4, 8);
  viewOf(bytes).setUint32(4, ~crc32c(-1, bytes) >>> 0, true);
  return bytes;
}

export const vhdxPlaces = {
  headers: [64 * 1024, 128 * 1024],
  regions: [192 * 1024, 256 * 1024],
  log: mebibyte,
  bat: 2 * mebibyte,
  metadata: 3 * mebibyte,
  blocks: 4 * mebibyte,
} as const;
export const logGuid = '01234567-89ab-cdef-0123-456789abcdef';
const zeroGuid = '00000000-0000-0000-0000-000000000000';

export function vhdxHeader(
  sequence: number,
  hasLog: boolean,
  logLength = mebibyte,
  logOffset = vhdxPlaces.log,
): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = viewOf(bytes);
  ascii(bytes, 0, 'head');
  view.setUint32(8, sequence, true);
  bytes.set(guidBytes(hasLog ? logGuid : zeroGuid), 48);
  view.setUint16(66, 1, true);
  view.setUint32(68, logLength, true);
  view.setBigUint64(72, BigInt(logOffset), true);
  return sealVhdx(bytes);
}

export const metadataItems = {
  file: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  size: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  id: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logical: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physical: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parent: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;

function vhdxMetadata(size: number, flags: number, parent: Readonly<Record<string, string>> | undefined): Uint8Array {
  const bytes = new Uint8Array(128 * 1024);
  const view = viewOf(bytes);
  ascii(bytes, 0, 'metadata');
  let entry = 32;
  let at = 64 * 1024;
  const add = (guid: string, value: Uint8Array): void => {
    bytes.set(guidBytes(guid), entry);
    view.setUint32(entry + 16, at, true);
    view.setUint32(entry + 20, value.length, true);
    view.setUint32(entry + 24, 4, true);
    bytes.set(value, at);
    entry += 32;
    at += value.length;
  };
  const words = (...values: number[]): Uint8Array => {
    const value = new Uint8Array(values.length * 4);
    values.forEach((word, i) => void viewOf(value).setUint32(i * 4, word, true));
    return value;
  };
  add(metadataItems.file, words(mebibyte, flags));
  add(metadataItems.size, words(size % 2 ** 32, Math.floor(size / 2 ** 32)));
  add(metadataItems.id, guidBytes(logGuid));
  add(metadataItems.logical, words(512));
  add(metadataItems.physical, words(4096));
  if (parent !== undefined) add(metadataItems.parent, parentLocator(parent));
  view.setUint16(10, (entry - 32) / 32, true);
  return bytes;
}

function parentLocator(parent: Readonly<Record<string, string>>): Uint8Array {
  const pairs = Object.entries(parent);
  const bytes = new Uint8Array(4096);
  const view = viewOf(bytes);
  bytes.set(guidBytes('b04aefb7-d19e-4a81-b789-25b8e9445913'), 0);
  view.setUint16(18, pairs.length, true);
  let at = 20 + pairs.length * 12;
  const text = (value: string): void => {
    for (const letter of value) {
      view.setUint16(at, letter.charCodeAt(0), true);
      at += 2;
    }
  };
  pairs.forEach(([key, value], i) => {
    view.setUint32(20 + i * 12, at, true);
    view.setUint16(28 + i * 12, key.length * 2, true);
    text(key);
    view.setUint32(24 + i * 12, at, true);
    view.setUint16(30 + i * 12, value.length * 2, true);
    text(value);
  });
  return bytes;
}

export interface Vhdx {
  size: number;
  /** States of payload blocks, with their data for state 6. */
  blocks: readonly { state: number; data?: Uint8Array }[];
  /** 1: fixed; 2: with a parent. */
  flags?: number;
  parent?: Readonly<Record<string, string>>;
  /** Entries of a log that was not applied. */
  log?: readonly Uint8Array[];
}

/** A disk with blocks of one mebibyte. */
export function vhdx({ size, blocks, flags = 0, parent, log }: Vhdx): Uint8Array {
  const stored = blocks.filter(({ data }) => data !== undefined).length;
  const file = new Uint8Array(vhdxPlaces.blocks + stored * mebibyte);
  const view = viewOf(file);
  ascii(file, 0, 'vhdxfile');
  file.set(vhdxHeader(7, log !== undefined), vhdxPlaces.headers[0]);
  file.set(vhdxHeader(6, false), vhdxPlaces.headers[1]);
  const regions = new Uint8Array(65536);
  ascii(regions, 0, 'regi');
  viewOf(regions).setUint32(8, 2, true);
  const region = (at: number, guid: string, offset: number): void => {
    regions.set(guidBytes(guid), at);
    viewOf(regions).setUint32(at + 16, offset, true);
    viewOf(regions).setUint32(at + 24, mebibyte, true);
    viewOf(regions).setUint32(at + 28, 1, true);
  };
  region(16, '2dc27766-f623-4200-9d64-115e9bfd4a08', vhdxPlaces.bat);
  region(48, '8b7ca206-4790-4b9a-b8fe-575f050f886e', vhdxPlaces.metadata);
  for (const at of vhdxPlaces.regions) file.set(sealVhdx(regions), at);
  file.set(vhdxMetadata(size, flags, parent), vhdxPlaces.metadata);
  let at = vhdxPlaces.blocks;
  blocks.forEach(({ state, data }, i) => {
    view.setBigUint64(vhdxPlaces.bat + i * 8, BigInt(state) | (data === undefined ? 0n : BigInt(at)), true);
    if (data === undefined) return;
    file.set(data, at);
    at += mebibyte;
  });
  let logAt = 0;
  for (const entry of log ?? []) {
    file.set(entry, vhdxPlaces.log + logAt);
    logAt += entry.length;
  }
  return file;
}

export interface LogEntry {
  sequence: number;
  tail: number;
  guid?: string;
  flushed?: number;
  last?: number;
  changes: readonly ({ at: number; data: Uint8Array } | { at: number; zeros: number })[];
}

/** An entry of the log of a VHDX file. */
export function logEntry({ sequence, tail, guid = logGuid, flushed = 0, last = 0, changes }: LogEntry): Uint8Array {
  const descriptorSectors = Math.ceil((64 + changes.length * 32) / 4096);
  const data = changes.flatMap((change) => ('data' in change ? [change.data] : []));
  const bytes = new Uint8Array((descriptorSectors + data.length) * 4096);
  const view = viewOf(bytes);
  ascii(bytes, 0, 'loge');
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, tail, true);
  view.setBigUint64(16, BigInt(sequence), true);
  view.setUint32(24, changes.length, true);
  bytes.set(guidBytes(guid), 32);
  view.setBigUint64(48, BigInt(flushed), true);
  view.setBigUint64(56, BigInt(last), true);
  changes.forEach((change, i) => {
    const at = 64 + i * 32;
    if ('data' in change) {
      ascii(bytes, at, 'desc');
      bytes.set(change.data.subarray(4092, 4096), at + 4);
      bytes.set(change.data.subarray(0, 8), at + 8);
    } else {
      ascii(bytes, at, 'zero');
      view.setBigUint64(at + 8, BigInt(change.zeros), true);
    }
    view.setBigUint64(at + 16, BigInt(change.at), true);
    view.setBigUint64(at + 24, BigInt(sequence), true);
  });
  data.forEach((sector, i) => {
    const at = (descriptorSectors + i) * 4096;
    bytes.set(sector, at);
    ascii(bytes, at, 'data');
    view.setUint32(at + 4, Math.floor(sequence / 2 ** 32), true);
    view.setUint32(at + 4092, sequence % 2 ** 32, true);
  });
  return sealVhdx(bytes);
}

// ---- VMDK ----

export interface DescriptorOptions {
  createType?: string;
  parentCID?: string;
  more?: string;
}

export const descriptorText = (extents: readonly string[], options: DescriptorOptions = {}): Uint8Array =>
  new TextEncoder().encode(
    `# Disk DescriptorFile
version=1
CID=12345678
parentCID=${options.parentCID ?? 'ffffffff'}
createType="${options.createType ?? 'monolithicSparse'}"
${options.more ?? ''}
# Extent description
${extents.join('\n')}

# The Disk Data Base
ddb.adapterType = "ide"
`,
  );

export interface SparseVmdk {
  /** Sectors. */
  capacity: number;
  grainSize: number;
  entriesPerTable?: number;
  /** Data of stored grains by index; `null` is an entry of 1. */
  grains: Readonly<Record<number, Uint8Array | null>>;
  /** Without it, as in an extent of a split disk. */
  descriptor?: Uint8Array | undefined;
  compressed?: boolean;
  /** Without it the tables are found only by the header. */
  hasFooter?: boolean;
  redundant?: boolean;
}

export const vmdkPlaces = { descriptor: 1, descriptorSize: 2, rgd: 3, gd: 4, tables: 5 } as const;

/** A sparse extent; tables with one sector each, so at most 128 entries, and one sector for a directory. */
export function sparseVmdk({
  capacity,
  grainSize,
  entriesPerTable = 16,
  grains,
  descriptor,
  compressed = false,
  hasFooter = false,
  redundant = !compressed,
}: SparseVmdk): Uint8Array {
  const tables = Math.ceil(capacity / (grainSize * entriesPerTable));
  const copies = redundant ? 2 : 1;
  const head = new Uint8Array((vmdkPlaces.tables + tables * copies) * sectorBytes);
  const view = viewOf(head);
  const header = (gd: number): void => {
    ascii(head, 0, 'KDMV');
    view.setUint32(4, compressed ? 3 : 1, true);
    view.setUint32(8, 1 | (redundant ? 2 : 0) | 4 | (compressed ? 0x30000 : 0), true);
    view.setUint32(12, capacity, true);
    view.setUint32(20, grainSize, true);
    if (descriptor !== undefined) {
      view.setUint32(28, vmdkPlaces.descriptor, true);
      view.setUint32(36, vmdkPlaces.descriptorSize, true);
      head.set(descriptor, vmdkPlaces.descriptor * sectorBytes);
    }
    view.setUint32(44, entriesPerTable, true);
    view.setUint32(48, redundant ? vmdkPlaces.rgd : 0, true);
    view.setBigUint64(56, gd < 0 ? 2n ** 64n - 1n : BigInt(gd), true);
    view.setUint32(64, vmdkPlaces.tables, true);
    ascii(head, 73, '\n \r\n');
    view.setUint16(77, compressed ? 1 : 0, true);
  };
  if (descriptor !== undefined && descriptor.length > vmdkPlaces.descriptorSize * sectorBytes)
    throw new Error('too long');
  header(vmdkPlaces.gd);
  for (let copy = 0; copy < copies; copy++)
    for (let table = 0; table < tables; table++)
      view.setUint32(
        (copy === 0 ? vmdkPlaces.gd : vmdkPlaces.rgd) * sectorBytes + table * 4,
        vmdkPlaces.tables + copy * tables + table,
        true,
      );
  const parts: Uint8Array[] = [];
  let sector = head.length / sectorBytes;
  for (const [index, data] of Object.entries(grains)) {
    const grain = Number(index);
    const stored = data === null ? undefined : compressed ? packedGrain(grain * grainSize, data) : data;
    for (let copy = 0; copy < copies; copy++) {
      const table = vmdkPlaces.tables + copy * tables + Math.floor(grain / entriesPerTable);
      view.setUint32(table * sectorBytes + (grain % entriesPerTable) * 4, stored === undefined ? 1 : sector, true);
    }
    if (stored === undefined) continue;
    parts.push(stored);
    sector += stored.length / sectorBytes;
  }
  if (!hasFooter) return joined(head, ...parts);
  const marker = new Uint8Array(sectorBytes);
  viewOf(marker).setUint32(0, 1, true);
  viewOf(marker).setUint32(12, 3, true);
  const footer = head.slice(0, sectorBytes);
  header(-1);
  return joined(head, ...parts, marker, footer, new Uint8Array(sectorBytes));
}

function packedGrain(lba: number, data: Uint8Array): Uint8Array {
  const packed = deflateSync(data);
  const bytes = new Uint8Array(Math.ceil((12 + packed.length) / sectorBytes) * sectorBytes);
  viewOf(bytes).setUint32(0, lba, true);
  viewOf(bytes).setUint32(8, packed.length, true);
  bytes.set(packed, 12);
  return bytes;
}

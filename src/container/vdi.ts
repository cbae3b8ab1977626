/** The layer of VDI images, the virtual disks of VirtualBox. */
import { raw, u32, u64 } from '../bytes/field';
import { uuidText } from '../bytes/uuid';
import { type ByteSource, SourceError } from '../source/source';
import { damaged, unsupported } from './error';
import type { Layer } from './layer';
import { TableCache } from './recent';
import { type FindRun, type Run, runSource } from './run-source';
import { readRecord, viewOf } from './tables';

const signature = 0xbeda107f;

/** The header of version 1, from the start of the file. */
const fields = {
  signature: u32(0x40),
  version: u32(0x44),
  headerLength: u32(0x48),
  type: u32(0x4c),
  mapAt: u32(0x154),
  dataAt: u32(0x158),
  size: u64(0x170),
  blockBytes: u32(0x178),
  extraBytes: u32(0x17c),
  blocks: u32(0x180),
  parent: raw(0x1a8, 16),
};
/** Where the field header_size starts to count, and its smallest value. */
const headerStart = 0x48;
const shortestHeader = 0x180;
const endOfFields = headerStart + shortestHeader;

const dynamic = 1;
const fixed = 2;
const differencing = 4;

/** Entries of the block map: the block is not stored. */
const free = 0xffffffff;
const zero = 0xfffffffe;

/** Bytes of the block map that are read at once. */
const pieceBytes = 65536;

interface Header {
  /** As text. */
  version: string;
  type: number;
  size: number;
  mapAt: number;
  dataAt: number;
  blockBytes: number;
  /** Bytes before the data of each block. */
  extraBytes: number;
  blocks: number;
}

export const vdi: Layer = {
  name: 'VDI',
  recognise: (head) =>
    head.length >= 0x44 && fields.signature(new DataView(head.buffer, head.byteOffset), 0) === signature,
  async open(source) {
    const header = await readHeader(source);
    const { size } = header;
    return {
      details: `version ${header.version}, ${header.type === fixed ? 'static' : 'dynamic'}`,
      notes: [],
      parts: [{ source: runSource(source, size, finder(source, header)), size }],
    };
  },
};

/** @throws ContainerError, SourceError */
async function readHeader(source: ByteSource): Promise<Header> {
  const view = viewOf(await readRecord(source, 0, endOfFields, 'the header'));
  const words = fields.version(view, 0);
  const version = `${words >>> 16}.${words & 0xffff}`;
  if (words >>> 16 !== 1)
    throw unsupported(
      `the version ${version} of this format is not known`,
      'VBoxManage clonemedium disk FILE FILE.raw --format RAW',
    );
  const headerLength = fields.headerLength(view, 0);
  if (headerLength < shortestHeader)
    throw damaged(`the field header_size is ${headerLength}, but ${shortestHeader} is the least`);
  const type = fields.type(view, 0);
  refuseType(type, view);

  const size = fields.size(view, 0);
  if (size > Number.MAX_SAFE_INTEGER) throw damaged(`the field disk_size is ${size}, but less than 2^53 is supported`);
  const blockBytes = fields.blockBytes(view, 0);
  if (blockBytes < 512 || (blockBytes & (blockBytes - 1)) !== 0)
    throw damaged(`the field block_size is ${blockBytes}, which is not a power of two of at least 512`);
  const extraBytes = fields.extraBytes(view, 0);
  const stored = fields.blocks(view, 0);
  const blocks = Math.ceil(size / blockBytes);
  if (stored < blocks)
    throw damaged(`the field blocks_in_image is ${stored}, but a disk of ${size} bytes needs ${blocks} blocks`);
  const mapAt = fields.mapAt(view, 0);
  const mapEnd = mapAt + blocks * 4;
  if (mapAt < headerStart + headerLength || mapEnd > source.size)
    throw damaged(`the field offset_bmap is ${mapAt}, but the block map has to be between the header and the end`);
  const dataAt = fields.dataAt(view, 0);
  if (dataAt < mapEnd)
    throw damaged(`the field offset_data is ${dataAt}, which is before the end of the block map at byte ${mapEnd}`);
  return { version, type, size, mapAt, dataAt, blockBytes, extraBytes, blocks: stored };
}

function refuseType(type: number, view: DataView): void {
  if (type === dynamic || type === fixed) return;
  const command = 'VBoxManage clonemedium disk FILE FILE.raw --format RAW';
  if (type === differencing)
    throw unsupported(`it has only the differences to the disk ${guidText(fields.parent(view, 0))}`, command);
  if (type === 3) throw unsupported('it is an undo image', command);
  throw damaged(`the field image_type is ${type}, which is not within 1 to 4`);
}

/** A UUID whose first three groups are stored as little-endian numbers. */
function guidText(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return uuidText(Uint8Array.from(order, (i) => bytes[i]!));
}

function finder(source: ByteSource, header: Header): FindRun {
  const { size, mapAt, dataAt, blockBytes, extraBytes } = header;
  const map = new TableCache(source);
  const needed = Math.ceil(size / blockBytes) * 4;
  /** The part of the map that was used last. */
  let recent: { first: number; entries: Uint8Array } | null = null;
  const keep = (first: number, entries: Uint8Array): Uint8Array => {
    recent = { first, entries };
    return entries;
  };
  const runAt = (at: number, block: number, piece: Uint8Array, i: number): Run => {
    const within = at - block * blockBytes;
    const length = Math.min(blockBytes - within, size - at);
    const entry = (piece[i]! | (piece[i + 1]! << 8) | (piece[i + 2]! << 16) | (piece[i + 3]! << 24)) >>> 0;
    if (entry === free || entry === zero) return { kind: 'zero', length };
    const fault = (clause: string): SourceError =>
      new SourceError(`block map entry ${block} is ${entry}, ${clause}`, at, length);
    if (entry >= header.blocks) throw fault(`but the image has ${header.blocks} blocks`);
    const from = dataAt + entry * (blockBytes + extraBytes) + extraBytes + within;
    if (from >= source.size) throw fault(`which is at byte ${from - within}, but the file ends at byte ${source.size}`);
    return { kind: 'data', length: Math.min(length, source.size - from), source, at: from };
  };
  return (at) => {
    const block = Math.floor(at / blockBytes);
    const i = (block * 4) % pieceBytes;
    const first = block * 4 - i;
    if (recent?.first === first) return runAt(at, block, recent.entries, i);
    const piece = map.get(mapAt + first, Math.min(pieceBytes, needed - first), 'the block map');
    return piece instanceof Promise
      ? piece.then((entries) => runAt(at, block, keep(first, entries), i))
      : runAt(at, block, keep(first, piece), i);
  };
}

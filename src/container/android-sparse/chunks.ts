/** Reads the header and the chunks of an Android sparse image into a table of its pieces. */
import { GrowableF64, GrowableU32 } from '../../bytes/growable';
import type { ByteSource } from '../../source/source';
import { Turns } from '../../source/turns';
import { damaged, unsupported } from '../error';

export const sparseMagic = 0xed26ff3a;
const headerBytes = 28;
const chunkHeaderBytes = 12;
const chunkTypes = { raw: 0xcac1, fill: 0xcac2, dontCare: 0xcac3, crc32: 0xcac4 };

/** Largest number of pieces in memory, which take 12 bytes each. A full image of 16 GiB in blocks of 4 KiB has fewer. */
const maxPieces = 2 ** 22;
/** Bytes of one read of chunk headers that are close to each other. */
const windowBytes = 2 ** 16;

/** A place that means: not in the image, which reads as zeros. */
export const dontCare = -1;
/** A place that means: lost, because the file ends before it, or a part is missing. */
export const lost = -2;
/** The place of blocks that are filled with a number of 32 bits. */
export const placeOfFill = (value: number): number => -3 - value;
export const fillOfPlace = (place: number): number => -3 - place;

/** Blocks in order: piece i reaches from `starts[i]` to the next start. A place is a byte of the file, or one of the above. */
export interface Pieces {
  starts: GrowableU32;
  places: GrowableF64;
}

/** A sparse image whose chunks fit its header. */
export interface SparseFile {
  source: ByteSource;
  version: string;
  blockSize: number;
  /** Blocks of the whole image. */
  blocks: number;
  chunks: number;
  pieces: Pieces;
  /** Blocks from the first one with data to the last one; both 0 without any. */
  firstData: number;
  endOfData: number;
  /** Bytes of raw data. */
  rawBytes: number;
  /** The last checksum chunk: the CRC-32 of all blocks before `end`. */
  checksum: { end: number; crc: number } | null;
  /** The checksum of all blocks in the header; 0 without one. */
  headerChecksum: number;
  /** The first block that the file does not have because it ends early; null if it is complete. */
  truncatedAt: number | null;
}

interface Header {
  version: string;
  headerSize: number;
  chunkHeaderSize: number;
  blockSize: number;
  blocks: number;
  chunks: number;
  headerChecksum: number;
}

async function readHeader(source: ByteSource): Promise<Header> {
  const bytes = new Uint8Array(headerBytes);
  if ((await source.read(0, bytes)) < headerBytes)
    throw damaged(`it has ${source.size} bytes, the header of a sparse image has ${headerBytes}`);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== sparseMagic)
    throw damaged('it does not start with the magic number of a sparse image');
  const [major, minor] = [view.getUint16(4, true), view.getUint16(6, true)];
  if (major !== 1) throw unsupported(`the field major_version is ${major}, only 1 is known`);
  const header = {
    version: `version ${major}.${minor}`,
    headerSize: view.getUint16(8, true),
    chunkHeaderSize: view.getUint16(10, true),
    blockSize: view.getUint32(12, true),
    blocks: view.getUint32(16, true),
    chunks: view.getUint32(20, true),
    headerChecksum: view.getUint32(24, true),
  };
  const { headerSize, chunkHeaderSize, blockSize, blocks, chunks } = header;
  if (headerSize < headerBytes)
    throw damaged(`the field file_hdr_sz is ${headerSize}, should be at least ${headerBytes}`);
  if (chunkHeaderSize < chunkHeaderBytes)
    throw damaged(`the field chunk_hdr_sz is ${chunkHeaderSize}, should be at least ${chunkHeaderBytes}`);
  if (blockSize === 0 || blockSize % 4 !== 0)
    throw damaged(`the field blk_sz is ${blockSize}, should be a multiple of 4`);
  if (blocks * blockSize > Number.MAX_SAFE_INTEGER)
    throw damaged(`the fields total_blks (${blocks}) and blk_sz (${blockSize}) make an image of 2^53 bytes or more`);
  // a header in each chunk, and no two chunks share bytes
  if (chunks > 0 && blocks === 0 && chunks * chunkHeaderSize > source.size)
    throw damaged(`the field total_chunks is ${chunks}, the file has room for fewer`);
  return header;
}

/** Reads small records that follow each other at growing offsets, many of them with one read. */
class Records {
  private at = 0;
  private have = 0;
  private view = new DataView(new ArrayBuffer(0));
  private readonly bytes = new Uint8Array(windowBytes);

  private readonly turns: Turns;

  constructor(
    private readonly source: ByteSource,
    signal: AbortSignal | undefined,
  ) {
    this.turns = new Turns(signal);
  }

  /** The view of `length` bytes from `at`, at offset `offsetOf(at)`; null where it has to be loaded. */
  peek(at: number, length: number): DataView | null {
    return at >= this.at && at + length <= this.at + this.have ? this.view : null;
  }

  offsetOf(at: number): number {
    return at - this.at;
  }

  /** Loads the record at `at`, with what follows if it is close to the previous one. */
  async load(at: number, length: number): Promise<DataView> {
    await this.turns.due();
    const isClose = at - (this.at + this.have) < windowBytes;
    const wanted = Math.min(this.source.size - at, isClose ? windowBytes : length);
    this.have = await this.source.read(at, this.bytes.subarray(0, wanted));
    this.at = at;
    this.view = new DataView(this.bytes.buffer, 0, this.have);
    if (this.have < length) throw damaged(`cannot read the header of a chunk at byte ${at}`);
    return this.view;
  }
}

class Table {
  readonly pieces: Pieces = { starts: new GrowableU32(), places: new GrowableF64() };
  block = 0;
  firstData = 0;
  endOfData = 0;
  rawBytes = 0;
  checksum: SparseFile['checksum'] = null;
  private last = Number.NaN;

  /** Adds `count` blocks; neighbours that are not stored are joined. */
  add(count: number, place: number): void {
    if (count === 0) return;
    if (place >= 0 || place !== this.last) {
      if (this.pieces.starts.length >= maxPieces)
        throw unsupported(`it has more than ${maxPieces} pieces`, ...rawCommands);
      this.pieces.starts.push(this.block);
      this.pieces.places.push(place);
      this.last = place;
    }
    if (place !== dontCare && place !== lost) {
      if (this.endOfData === 0) this.firstData = this.block;
      this.endOfData = this.block + count;
    }
    this.block += count;
  }
}

/** What makes a raw image of a sparse one. */
export const rawCommands = ['simg2img FILE raw.img'];

/** @throws ContainerError, SourceError */
export async function readSparse(source: ByteSource, signal?: AbortSignal): Promise<SparseFile> {
  const header = await readHeader(source);
  const { headerSize, chunkHeaderSize, blockSize, blocks, chunks, version, headerChecksum } = header;
  const table = new Table();
  const records = new Records(source, signal);
  let truncatedAt: number | null = null;
  let at = headerSize;
  for (let index = 0; index < chunks; index++) {
    // a fill value or a checksum follows the header
    const wanted = chunkHeaderSize + Math.min(4, Math.max(0, source.size - at - chunkHeaderSize));
    if (at + chunkHeaderSize > source.size) {
      truncatedAt = table.block;
      break;
    }
    const view = records.peek(at, wanted) ?? (await records.load(at, wanted));
    const offset = records.offsetOf(at);
    const type = view.getUint16(offset, true);
    const count = view.getUint32(offset + 4, true);
    const total = view.getUint32(offset + 8, true);
    const bytes = total - chunkHeaderSize;
    const require = (length: number): void => {
      if (bytes === length) return;
      throw damaged(
        `the field total_sz of chunk ${index} at byte ${at} is ${total}, should be ${chunkHeaderSize + length}`,
      );
    };
    if (count > blocks - table.block)
      throw damaged(
        `the field chunk_sz of chunk ${index} at byte ${at} is ${count}, only ${blocks - table.block} of the ${blocks} blocks are left`,
      );
    const data = at + chunkHeaderSize;
    const value = (): number => view.getUint32(offset + chunkHeaderSize, true);
    const isShort = data + bytes > source.size;
    if (type === chunkTypes.raw) {
      require(count * blockSize);
      const whole = isShort ? Math.floor((source.size - data) / blockSize) : count;
      table.add(whole, data);
      table.rawBytes += whole * blockSize;
    } else if (type === chunkTypes.fill) {
      require(4);
      if (!isShort) table.add(count, placeOfFill(value()));
    } else if (type === chunkTypes.dontCare) {
      require(0);
      table.add(count, dontCare);
    } else if (type === chunkTypes.crc32) {
      require(4);
      if (count !== 0)
        throw damaged(`the field chunk_sz of checksum chunk ${index} at byte ${at} is ${count}, should be 0`);
      if (!isShort) table.checksum = { end: table.block, crc: value() };
    } else
      throw damaged(
        `the field chunk_type of chunk ${index} at byte ${at} is 0x${type.toString(16)}, which is not known`,
      );
    if (isShort) {
      truncatedAt = table.block;
      break;
    }
    at = data + bytes;
  }
  if (truncatedAt !== null) table.add(blocks - table.block, lost);
  if (table.block !== blocks)
    throw damaged(`the field total_blks is ${blocks}, but the ${chunks} chunks have ${table.block} blocks`);
  const { pieces, firstData, endOfData, rawBytes, checksum } = table;
  const found = { pieces, firstData, endOfData, rawBytes, checksum };
  return { source, version, blockSize, blocks, chunks, headerChecksum, truncatedAt, ...found };
}

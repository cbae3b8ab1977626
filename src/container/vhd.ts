/** VHD, the virtual disk of Virtual PC and the first Hyper-V: fixed, or dynamic with a table of blocks. */
import { be32, be64, u8 } from '../bytes/field';
import type { ContainerNote } from '../problem/container';
import { sliceSource } from '../source/slice';
import { type ByteSource, SourceError } from '../source/source';
import { differencing } from './differencing';
import { damaged, unsupported } from './error';
import type { Layer, OpenedLayer } from './layer';
import { type Run, runSource } from './run-source';
import { overlap, readRecord, signatureAt, TableReader, utf16Text, viewOf } from './tables';

const sectorBytes = 512;
const footerBytes = 512;
const dynamicHeaderBytes = 1024;
const footerCookie = 'conectix';
const dynamicCookie = 'cxsparse';

const footerFields = {
  fileFormatVersion: be32(12),
  dataOffset: be64(16),
  currentSize: be64(48),
  diskType: be32(60),
  checksum: be32(64),
  savedState: u8(84),
};

const dynamicFields = {
  tableOffset: be64(16),
  maxTableEntries: be32(28),
  blockSize: be32(32),
  checksum: be32(36),
};
const parentNameOffset = 64;
const parentNameBytes = 512;

const diskTypes = { fixed: 2, dynamic: 3, differencing: 4 };

interface Footer {
  dataOffset: number;
  currentSize: number;
  diskType: number;
  isSaved: boolean;
  isIntact: boolean;
}

/** The complement of the sum of all bytes except those of the checksum itself. */
function checksumOf(bytes: Uint8Array, checksumOffset: number): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) if (i < checksumOffset || i >= checksumOffset + 4) sum += bytes[i]!;
  return ~sum >>> 0;
}

function parseFooter(bytes: Uint8Array): Footer | undefined {
  if (bytes.length < footerBytes || signatureAt(bytes, 0, 8) !== footerCookie) return undefined;
  const view = viewOf(bytes);
  const version = footerFields.fileFormatVersion(view, 0);
  const isIntact =
    checksumOf(bytes.subarray(0, footerBytes), footerFields.checksum.offset) === footerFields.checksum(view, 0);
  if (isIntact && version >>> 16 !== 1)
    throw unsupported(`its format has version ${version >>> 16}.${version & 0xffff}; only version 1 is read`);
  return {
    dataOffset: footerFields.dataOffset(view, 0),
    currentSize: footerFields.currentSize(view, 0),
    diskType: footerFields.diskType(view, 0),
    isSaved: footerFields.savedState(view, 0) === 1,
    isIntact,
  };
}

/** The last bytes of a file as a footer: Virtual PC before 2004 wrote one of 511 bytes. */
async function readEnd(source: ByteSource): Promise<Uint8Array> {
  if (source.size < footerBytes) return new Uint8Array(0);
  const bytes = await readRecord(source, source.size - footerBytes, footerBytes, 'the footer');
  if (signatureAt(bytes, 1, 8) !== footerCookie) return bytes;
  const short = new Uint8Array(footerBytes);
  short.set(bytes.subarray(1));
  return short;
}

/** The footer to use: the one at the end, or its copy at the start, which only a dynamic disk has. */
async function readFooter(source: ByteSource, notes: ContainerNote[]): Promise<Footer> {
  const suspect = (text: string): void => void notes.push({ kind: 'suspect', text });
  const end = parseFooter(await readEnd(source));
  const start =
    source.size < footerBytes ? undefined : parseFooter(await readRecord(source, 0, footerBytes, 'the footer copy'));
  if (end?.isIntact) {
    if (end.diskType !== diskTypes.fixed && !start?.isIntact) suspect('the copy of the footer at its start is damaged');
    return end;
  }
  if (start?.isIntact && start.diskType !== diskTypes.fixed) {
    suspect(
      end === undefined
        ? 'it does not end with a footer, so it may be truncated; the copy at its start is used'
        : 'the checksum of its footer is wrong; the copy at its start is used',
    );
    return start;
  }
  // the size of the file confirms it
  if (end?.diskType === diskTypes.fixed && end.currentSize === source.size - footerBytes) {
    suspect('the checksum of its footer is wrong; the size of the file confirms it');
    return end;
  }
  if (end === undefined && start === undefined) throw damaged('it has no footer');
  throw damaged('the checksum of its footer is wrong, and there is no intact copy of it');
}

/** A disk that is stored as it is, before the footer. */
function openFixed(source: ByteSource, size: number, notes: ContainerNote[]): OpenedLayer {
  const stored = Math.min(size, source.size - footerBytes);
  if (stored < size)
    notes.push({ kind: 'damaged', text: `the disk has ${size} bytes, but there are only ${stored} before the footer` });
  const disk = sliceSource(source, 0, stored);
  delete disk.close;
  return { details: 'fixed', notes, parts: [{ source: disk, offset: 0, size }] };
}

/** The table of blocks of a dynamic disk. */
class DynamicDisk {
  private readonly tables: TableReader;
  /** Bytes of the bitmap before the data of a block: a bit for each sector, padded to whole sectors. */
  private readonly bitmapBytes: number;

  constructor(
    private readonly source: ByteSource,
    private readonly size: number,
    private readonly blockSize: number,
    private readonly tableOffset: number,
    private readonly headerOffset: number,
  ) {
    this.tables = new TableReader(source);
    this.bitmapBytes = Math.ceil(blockSize / sectorBytes / 8 / sectorBytes) * sectorBytes;
  }

  readonly find = (at: number): Run | Promise<Run> => {
    const index = Math.floor(at / this.blockSize);
    const within = at - index * this.blockSize;
    const left = Math.min(this.blockSize - within, this.size - at);
    return this.tables.get(this.tableOffset + index * 4, 4, 'the block allocation table', (view, entry) => {
      const sector = view.getUint32(entry, false);
      if (sector === 0xffffffff) return { kind: 'zero', length: left };
      const block = sector * sectorBytes;
      this.requireFree(index, block);
      return this.findInBlock(block, within, left);
    });
  };

  private requireFree(index: number, block: number): void {
    const length = this.bitmapBytes + this.blockSize;
    const tableBytes = Math.ceil(this.size / this.blockSize) * 4;
    if (
      block < footerBytes ||
      overlap(block, length, this.headerOffset, dynamicHeaderBytes) ||
      overlap(block, length, this.tableOffset, tableBytes)
    )
      throw new SourceError(
        `the entry of block ${index} in the block allocation table points to a header or table`,
        block,
        length,
      );
  }

  /** The sectors from `within` whose bits are equal: those without a bit were never written and are zeros. */
  private findInBlock(block: number, within: number, left: number): Run | Promise<Run> {
    const first = Math.floor(within / sectorBytes);
    return this.tables.get(block + (first >>> 3), 1, 'the bitmap of a block', (view, entry) => {
      const bit = (sector: number): number =>
        (view.getUint8(entry + (sector >>> 3) - (first >>> 3)) >>> (7 - (sector & 7))) & 1;
      const last = Math.min(Math.ceil((within + left) / sectorBytes), (first & ~7) + (view.byteLength - entry) * 8);
      const set = bit(first);
      const whole = set === 1 ? 0xff : 0;
      let end = first + 1;
      while (end < last) {
        if ((end & 7) === 0 && view.getUint8(entry + (end >>> 3) - (first >>> 3)) === whole)
          end = Math.min(end + 8, last);
        else if (bit(end) === set) end++;
        else break;
      }
      const length = Math.min(end * sectorBytes - within, left);
      if (set === 0) return { kind: 'zero', length };
      return { kind: 'data', length, source: this.source, at: block + this.bitmapBytes + within };
    });
  }
}

async function openDynamic(source: ByteSource, footer: Footer, notes: ContainerNote[]): Promise<OpenedLayer> {
  const { dataOffset, currentSize: size } = footer;
  if (!Number.isSafeInteger(dataOffset) || dataOffset < footerBytes || dataOffset % sectorBytes !== 0)
    throw damaged(`the field data offset is ${dataOffset}`);
  const header = await readRecord(source, dataOffset, dynamicHeaderBytes, 'the dynamic disk header');
  if (signatureAt(header, 0, 8) !== dynamicCookie)
    throw damaged(`the dynamic disk header at byte ${dataOffset} does not start with ${dynamicCookie}`);
  const view = viewOf(header);
  if (footer.diskType === diskTypes.differencing) {
    throw differencing(utf16Text(header.subarray(parentNameOffset, parentNameOffset + parentNameBytes), 'utf-16be'));
  }
  if (checksumOf(header, dynamicFields.checksum.offset) !== dynamicFields.checksum(view, 0))
    notes.push({ kind: 'suspect', text: 'the checksum of the dynamic disk header is wrong' });

  const blockSize = dynamicFields.blockSize(view, 0);
  if (blockSize < sectorBytes || (blockSize & (blockSize - 1)) !== 0)
    throw damaged(`the field block size is ${blockSize}`);
  const entries = Math.ceil(size / blockSize);
  const most = dynamicFields.maxTableEntries(view, 0);
  if (entries > most)
    throw damaged(`the field max table entries is ${most}, but ${size} bytes need ${entries} blocks of ${blockSize}`);
  const tableOffset = dynamicFields.tableOffset(view, 0);
  if (
    !Number.isSafeInteger(tableOffset) ||
    tableOffset < footerBytes ||
    tableOffset % sectorBytes !== 0 ||
    overlap(tableOffset, entries * 4, dataOffset, dynamicHeaderBytes)
  )
    throw damaged(`the field table offset is ${tableOffset}`);
  if (tableOffset + entries * 4 > source.size)
    throw damaged(`the block allocation table at byte ${tableOffset} is past the end of its ${source.size} bytes`);

  const disk = new DynamicDisk(source, size, blockSize, tableOffset, dataOffset);
  return { details: 'dynamic', notes, parts: [{ source: runSource(source, size, disk.find), size }] };
}

export const vhd: Layer = {
  name: 'VHD',

  async recognise(head, source) {
    if (head.length >= footerBytes && signatureAt(head, 0, 8) === footerCookie) return true;
    return signatureAt(await readEnd(source), 0, 8) === footerCookie;
  },

  async open(source) {
    const notes: ContainerNote[] = [];
    const footer = await readFooter(source, notes);
    if (!Number.isSafeInteger(footer.currentSize) || footer.currentSize === 0)
      throw damaged(`the field current size is ${footer.currentSize}`);
    if (footer.isSaved) notes.push({ kind: 'suspect', text: 'its virtual machine was saved, not shut down' });
    switch (footer.diskType) {
      case diskTypes.fixed:
        return openFixed(source, footer.currentSize, notes);
      case diskTypes.dynamic:
      case diskTypes.differencing:
        return openDynamic(source, footer, notes);
      default:
        throw damaged(`the field disk type is ${footer.diskType}`);
    }
  },
};

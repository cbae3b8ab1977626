/** The log of a VHDX file: its entries, and the active sequence, which is what a reader has to replay. */

import { crc32c } from '../../bytes/crc32c';
import { raw, u32, u64 } from '../../bytes/field';
import type { ByteSource } from '../../source/source';
import { damaged } from '../error';
import { signatureAt, viewOf } from '../tables';
import { guidText } from './guid';
import { checksumFrom, type LogPlace } from './header';

export const logSectorBytes = 4096;
/** Sectors of the log that are read at once. */
const windowSectors = 64;
const headerBytes = 64;
const descriptorBytes = 32;
/** Bytes whose checksums are computed, as a multiple of the log: overlapping entries are not written. */
const mostPasses = 4;

const header = {
  checksum: u32(4),
  entryLength: u32(8),
  tail: u32(12),
  sequenceNumber: u64(16),
  descriptorCount: u32(24),
  logGuid: raw(32, 16),
  flushedFileOffset: u64(48),
  lastFileOffset: u64(56),
};
const descriptor = {
  trailingBytes: raw(4, 4),
  leadingBytes: raw(8, 8),
  zeroLength: u64(8),
  fileOffset: u64(16),
  sequenceNumber: u64(24),
};

/** A valid entry. */
export interface LogEntry {
  /** Sector of the log at which it starts, and its number of sectors; it goes on at the start of the log. */
  at: number;
  sectors: number;
  /** Sector at which the oldest entry starts that was not applied yet when this one was written. */
  tail: number;
  sequence: number;
  descriptors: number;
  flushedFileOffset: number;
  lastFileOffset: number;
}

/** Bytes at the ends of a changed sector, which are stored in its descriptor. */
export const leadingBytes = 8;
export const trailingBytes = 4;

/** What a descriptor changes. */
export interface Change {
  fileOffset: number;
  length: number;
  /** The new contents, of which the descriptor has the ends and a data sector the rest; undefined for zeros. */
  bytes: Uint8Array | undefined;
}

/** Calls back for what an entry contains. */
interface Visitor {
  change(change: Change): void;
  /** The data sector of the next change that has one. */
  data(sector: Uint8Array): void;
}

export class Log {
  private readonly sectors: number;
  private checked = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly place: LogPlace,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.sectors = place.length / logSectorBytes;
  }

  /** Sectors of the ring from `at`, as many as one read gives. */
  private async read(at: number, count: number): Promise<Uint8Array> {
    this.signal?.throwIfAborted();
    const from = at % this.sectors;
    const bytes = new Uint8Array(Math.min(count, windowSectors, this.sectors - from) * logSectorBytes);
    const start = this.place.offset + from * logSectorBytes;
    if ((await this.source.read(start, bytes)) < bytes.length)
      throw damaged(`its log at byte ${this.place.offset} is truncated`);
    return bytes;
  }

  /** The entry at a sector, if there is one and all of it is valid. */
  private async entryAt(at: number, first: Uint8Array): Promise<LogEntry | undefined> {
    if (signatureAt(first, 0, 4) !== 'loge') return undefined;
    const view = viewOf(first);
    const length = header.entryLength(view, 0);
    const tail = header.tail(view, 0);
    const entry: LogEntry = {
      at,
      sectors: length / logSectorBytes,
      tail: tail / logSectorBytes,
      sequence: header.sequenceNumber(view, 0),
      descriptors: header.descriptorCount(view, 0),
      flushedFileOffset: header.flushedFileOffset(view, 0),
      lastFileOffset: header.lastFileOffset(view, 0),
    };
    if (
      length === 0 ||
      length % logSectorBytes !== 0 ||
      length > this.place.length ||
      tail % logSectorBytes !== 0 ||
      tail >= this.place.length ||
      entry.sequence === 0 ||
      !Number.isSafeInteger(entry.sequence) ||
      descriptorSectors(entry.descriptors) > entry.sectors ||
      guidText(header.logGuid(view, 0)) !== this.place.guid
    )
      return undefined;
    this.checked += length;
    if (this.checked > this.place.length * mostPasses) throw damaged('the entries of its log overlap');
    return (await this.visit(entry, header.checksum(view, 0))) ? entry : undefined;
  }

  /** Reads an entry; whether its checksum (where one is given), its descriptors and its data sectors are valid. */
  async visit(entry: LogEntry, checksum?: number, visitor?: Visitor): Promise<boolean> {
    const descriptorEnd = descriptorSectors(entry.descriptors);
    let crc = -1;
    let left = entry.descriptors;
    let waiting = 0;
    for (let done = 0; done < entry.sectors; ) {
      const bytes = await this.read(entry.at + done, entry.sectors - done);
      if (checksum !== undefined) crc = done === 0 ? checksumFrom(crc, bytes) : crc32c(crc, bytes);
      for (let from = 0; from < bytes.length; from += logSectorBytes, done++) {
        const sector = bytes.subarray(from, from + logSectorBytes);
        if (done < descriptorEnd) {
          const found = descriptorsIn(sector, done === 0 ? headerBytes : 0, left, entry.sequence, visitor);
          if (found === undefined) return false;
          left -= found.descriptors;
          waiting += found.data;
        } else if (waiting > 0) {
          if (!isDataSector(sector, entry.sequence)) return false;
          visitor?.data(sector);
          waiting--;
        }
      }
    }
    return left === 0 && waiting === 0 && (checksum === undefined || ~crc >>> 0 === checksum);
  }

  /**
   * The entries to replay, in order: those of the valid sequence with the greatest number.
   * @throws ContainerError if there is none, which the format takes for damage
   */
  async activeSequence(): Promise<LogEntry[]> {
    const valid = await this.validEntries();
    const seen = new Set<number>();
    let active: LogEntry[] = [];
    for (const start of valid.keys()) {
      // the rest of a sequence that was judged has the same last entry, and a tail that is not in the whole is not in it
      if (seen.has(start)) continue;
      const sequence: LogEntry[] = [];
      for (let entry = valid.get(start); entry !== undefined; ) {
        sequence.push(entry);
        seen.add(entry.at);
        const next = valid.get((entry.at + entry.sectors) % this.sectors);
        entry = next?.sequence === entry.sequence + 1 ? next : undefined;
      }
      const last = sequence.at(-1)!;
      const tail = sequence.findIndex((entry) => entry.at === last.tail);
      if (tail >= 0 && last.sequence > (active.at(-1)?.sequence ?? 0)) active = sequence.slice(tail);
    }
    if (active.length === 0) throw damaged('it was not closed, and its log does not have a valid sequence of entries');
    return active;
  }

  private async validEntries(): Promise<Map<number, LogEntry>> {
    const valid = new Map<number, LogEntry>();
    for (let at = 0; at < this.sectors; ) {
      const bytes = await this.read(at, this.sectors - at);
      for (let from = 0; from < bytes.length; from += logSectorBytes, at++) {
        const entry = await this.entryAt(at, bytes.subarray(from, from + logSectorBytes));
        if (entry !== undefined) valid.set(at, entry);
      }
    }
    return valid;
  }
}

const descriptorSectors = (descriptors: number): number =>
  Math.ceil((headerBytes + descriptors * descriptorBytes) / logSectorBytes);

function descriptorsIn(
  sector: Uint8Array,
  from: number,
  most: number,
  sequence: number,
  visitor: Visitor | undefined,
): { descriptors: number; data: number } | undefined {
  const view = viewOf(sector);
  const descriptors = Math.min(most, (logSectorBytes - from) / descriptorBytes);
  let data = 0;
  for (let i = 0; i < descriptors; i++) {
    const at = from + i * descriptorBytes;
    const kind = signatureAt(sector, at, 4);
    const fileOffset = descriptor.fileOffset(view, at);
    const length = kind === 'zero' ? descriptor.zeroLength(view, at) : logSectorBytes;
    if (
      (kind !== 'desc' && kind !== 'zero') ||
      descriptor.sequenceNumber(view, at) !== sequence ||
      fileOffset % logSectorBytes !== 0 ||
      length % logSectorBytes !== 0 ||
      !Number.isSafeInteger(fileOffset + length)
    )
      return undefined;
    if (kind === 'desc') data++;
    if (visitor === undefined) continue;
    let bytes: Uint8Array | undefined;
    if (kind === 'desc') {
      bytes = new Uint8Array(logSectorBytes);
      bytes.set(descriptor.leadingBytes(view, at), 0);
      bytes.set(descriptor.trailingBytes(view, at), logSectorBytes - trailingBytes);
    }
    visitor.change({ fileOffset, length, bytes });
  }
  return { descriptors, data };
}

function isDataSector(sector: Uint8Array, sequence: number): boolean {
  const view = viewOf(sector);
  return (
    signatureAt(sector, 0, 4) === 'data' &&
    view.getUint32(4, true) === Math.floor(sequence / 2 ** 32) &&
    view.getUint32(logSectorBytes - 4, true) === sequence % 2 ** 32
  );
}

/** Reads GUID partition tables: by the header at the start, else by the backup at the end. */
import { isAllZero } from '../../bytes/bitmap';
import { crc32le } from '../../bytes/crc32le';
import type { ByteSource } from '../../source/source';
import { bytesAt, hasText, viewOf } from './bytes';
import type { PartitionEntry } from './partition-entry';

/** Largest number of partitions that are read. */
export const maxPartitions = 128;
const sectorSizes = [512, 4096];
const signature = 'EFI PART';
/** Characters of the longest name in the table. */
const nameLength = 36;

/** A block number of 64 bits. */
const long = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

/** A GUID as text: the first three numbers are little-endian. */
export function guid(view: DataView, at: number): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
  const tail = Array.from({ length: 8 }, (_, i) => hex(view.getUint8(at + 8 + i), 2)).join('');
  const head = [
    hex(view.getUint32(at, true), 8),
    hex(view.getUint16(at + 4, true), 4),
    hex(view.getUint16(at + 6, true), 4),
  ];
  return [...head, tail.slice(0, 4), tail.slice(4)].join('-').toUpperCase();
}

function nameAt(view: DataView, at: number): string {
  let name = '';
  for (let i = 0; i < nameLength; i++) {
    const code = view.getUint16(at + 2 * i, true);
    if (code === 0) break;
    name += String.fromCharCode(code);
  }
  return name;
}

/** Whether the 512 bytes are the header of a GPT, with the right checksum. */
export function isGptHeader(header: Uint8Array): boolean {
  if (header.length < 512 || !hasText(header, 0, signature)) return false;
  const view = viewOf(header);
  const copy = header.slice(0, Math.min(512, Math.max(92, view.getUint32(12, true))));
  copy.fill(0, 16, 20);
  return crc32le(0, copy) === view.getUint32(16, true);
}

interface Header {
  entries: PartitionEntry[];
  /** What is wrong with it, as a clause; null if the checksums are right. */
  fault: string | null;
  /** Sector of the other header. */
  other: number;
}

function entriesOf(table: Uint8Array, size: number, sector: number): PartitionEntry[] {
  const view = viewOf(table);
  const entries: PartitionEntry[] = [];
  for (let at = 0; at + size <= table.length; at += size) {
    const [first, last] = [long(view, at + 32), long(view, at + 40)];
    if (isAllZero(table.subarray(at, at + 16))) continue;
    if (first === 0 || last < first || (last + 1) * sector > Number.MAX_SAFE_INTEGER) continue;
    entries.push({
      number: at / size + 1,
      start: first * sector,
      size: (last - first + 1) * sector,
      type: guid(view, at),
      label: nameAt(view, at + 56),
      id: guid(view, at + 16).toLowerCase(),
    });
  }
  return entries;
}

/** A GPT by the header in sector `at`; null if there is no header. */
async function headerAt(source: ByteSource, at: number, sector: number): Promise<Header | null> {
  const header = await bytesAt(source, at * sector, 512);
  if (!hasText(header, 0, signature) || header.length < 512) return null;
  const view = viewOf(header);
  const [count, size] = [view.getUint32(80, true), view.getUint32(84, true)];
  const other = long(view, 32);
  if (size < 128 || size > 4096 || size % 8 !== 0)
    return { entries: [], fault: `its header has entries of ${size} bytes`, other };
  const table = await bytesAt(source, long(view, 72) * sector, Math.min(count, maxPartitions) * size);
  const entries = entriesOf(table, size, sector);
  const fault = !isGptHeader(header)
    ? 'the checksum of its header is wrong'
    : long(view, 24) !== at
      ? `its header says that it is in sector ${long(view, 24)}`
      : count <= maxPartitions && crc32le(0, table) !== view.getUint32(88, true)
        ? 'the checksum of its entries is wrong'
        : null;
  return { entries, fault, other };
}

/** A GPT, and whether a header at the start was found. */
export interface Gpt {
  entries: PartitionEntry[];
  atStart: boolean;
  /** What is wrong with the header at the start; null if nothing is. */
  fault: string | null;
  /** What is wrong with the backup; null if nothing is. */
  backupFault: string | null;
}

async function backupFault(source: ByteSource, { entries, other }: Header, sector: number): Promise<string | null> {
  if (other * sector >= source.size) return 'its backup is after the end: the disk is truncated, or was larger';
  const backup = await headerAt(source, other, sector);
  if (backup === null) return 'it has no backup where its header says';
  if (backup.fault !== null) return `in its backup, ${backup.fault.replace(/\bits\b/g, 'the')}`;
  const same = JSON.stringify(backup.entries) === JSON.stringify(entries);
  return same ? null : 'its backup has other partitions';
}

/** The table in `source`; null without one. A header with a wrong checksum counts only where there is no good one. */
export async function readGpt(source: ByteSource): Promise<Gpt | null> {
  let doubtful: Header | null = null;
  for (const sector of sectorSizes) {
    const found = await headerAt(source, 1, sector);
    if (found?.fault === null)
      return {
        entries: found.entries,
        atStart: true,
        fault: null,
        backupFault: await backupFault(source, found, sector),
      };
    doubtful ??= found;
  }
  const fault = doubtful === null ? 'it has no header at the start' : doubtful.fault;
  for (const sector of sectorSizes) {
    const found = await headerAt(source, Math.floor(source.size / sector) - 1, sector);
    if (found?.fault === null) return { entries: found.entries, atStart: doubtful !== null, fault, backupFault: null };
  }
  return doubtful && { entries: doubtful.entries, atStart: true, fault, backupFault: 'it has no usable backup' };
}

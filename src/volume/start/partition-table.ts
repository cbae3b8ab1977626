/** Reads partition tables: MBR with logical partitions, and GPT, by its backup where the first one is destroyed. */
import { crc32le } from '../../bytes/crc32le';
import type { ByteSource } from '../../source/source';
import { bytesAt, viewOf } from './bytes';
import { hasText } from './signatures';

export interface PartitionEntry {
  /** The number that Linux uses. */
  number: number;
  /** Bytes. */
  start: number;
  size: number;
  /** `0x83`, or a GUID. */
  type: string;
}

export interface PartitionTable {
  kind: 'gpt' | 'mbr';
  entries: PartitionEntry[];
  /** Whether something of the table is at the start of the source; if not, only the backup at its end was found. */
  atStart: boolean;
}

/** Largest number of partitions that are read. */
const maxPartitions = 128;
const gptSectors = [512, 4096];
const gptSignature = 'EFI PART';
const zeroGuid = '00000000-0000-0000-0000-000000000000';

/** A block number of 64 bits. */
const long = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

function guid(view: DataView, at: number): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
  const tail = Array.from({ length: 8 }, (_, i) => hex(view.getUint8(at + 8 + i), 2)).join('');
  const head = [
    hex(view.getUint32(at, true), 8),
    hex(view.getUint16(at + 4, true), 4),
    hex(view.getUint16(at + 6, true), 4),
  ];
  return [...head, tail.slice(0, 4), tail.slice(4)].join('-').toUpperCase();
}

/** Whether the 512 bytes are the header of a GPT, with the right checksum. */
export function isGptHeader(header: Uint8Array): boolean {
  if (header.length < 512 || !hasText(header, 0, gptSignature)) return false;
  const view = viewOf(header);
  const copy = header.slice(0, Math.min(512, Math.max(92, view.getUint32(12, true))));
  copy.fill(0, 16, 20);
  return crc32le(0, copy) === view.getUint32(16, true);
}

/** A GPT by the header in sector `at`; `valid` if the checksums are right. Null if there is no header. */
async function gptBy(
  source: ByteSource,
  at: number,
  sector: number,
): Promise<{ entries: PartitionEntry[]; valid: boolean } | null> {
  const header = await bytesAt(source, at * sector, 512);
  if (!hasText(header, 0, gptSignature) || header.length < 512) return null;
  const view = viewOf(header);
  const [count, size] = [view.getUint32(80, true), view.getUint32(84, true)];
  if (size < 128 || size > 4096 || size % 8 !== 0) return { entries: [], valid: false };
  const table = await bytesAt(source, long(view, 72) * sector, Math.min(count, maxPartitions) * size);
  const valid =
    long(view, 24) === at &&
    isGptHeader(header) &&
    (count > maxPartitions || crc32le(0, table) === view.getUint32(88, true));
  const rows = viewOf(table);
  const entries: PartitionEntry[] = [];
  for (let i = 0; (i + 1) * size <= table.length; i++) {
    const type = guid(rows, i * size);
    const [first, last] = [long(rows, i * size + 32), long(rows, i * size + 40)];
    if (type === zeroGuid || first === 0 || last < first || last * sector > Number.MAX_SAFE_INTEGER) continue;
    entries.push({ number: i + 1, start: first * sector, size: (last - first + 1) * sector, type });
  }
  return { entries, valid };
}

async function readGpt(source: ByteSource): Promise<PartitionTable | null> {
  let doubtful: PartitionEntry[] | null = null;
  for (const sector of gptSectors) {
    const found = await gptBy(source, 1, sector);
    if (found?.valid) return { kind: 'gpt', entries: found.entries, atStart: true };
    doubtful ??= found?.entries ?? null;
  }
  for (const sector of gptSectors) {
    const found = await gptBy(source, Math.floor(source.size / sector) - 1, sector);
    if (found?.valid) return { kind: 'gpt', entries: found.entries, atStart: doubtful !== null };
  }
  return doubtful && { kind: 'gpt', entries: doubtful, atStart: true };
}

const extendedTypes = new Set([0x05, 0x0f, 0x85]);
/** The type of the entry that protects a GPT from programs that do not know it. */
const protective = 0xee;

interface RecordEntry {
  type: number;
  /** Sectors of 512 bytes. */
  start: number;
  count: number;
}

/** The four entries of a boot record; null if the bytes are not one. */
function recordOf(bytes: Uint8Array): RecordEntry[] | null {
  if (bytes.length < 512 || bytes[510] !== 0x55 || bytes[511] !== 0xaa) return null;
  const view = viewOf(bytes);
  const places = [446, 462, 478, 494];
  if (places.some((at) => (view.getUint8(at) & 0x7f) !== 0)) return null;
  return places.map((at) => ({
    type: view.getUint8(at + 4),
    start: view.getUint32(at + 8, true),
    count: view.getUint32(at + 12, true),
  }));
}

const isUsed = ({ type, count }: RecordEntry): boolean => type !== 0 && count > 0;

const entryOf = (number: number, { type, start, count }: RecordEntry, from = 0): PartitionEntry => ({
  number,
  start: (from + start) * 512,
  size: count * 512,
  type: `0x${type.toString(16).padStart(2, '0')}`,
});

/** The chain of records in an extended partition; each names one logical partition and the next record. */
async function logicalPartitions(source: ByteSource, extended: number): Promise<PartitionEntry[]> {
  const found: PartitionEntry[] = [];
  const seen = new Set<number>();
  for (let next = extended; !seen.has(next) && found.length < maxPartitions; ) {
    seen.add(next);
    const record = recordOf(await bytesAt(source, next * 512, 512));
    if (record === null) break;
    const [own, link] = record as [RecordEntry, RecordEntry];
    if (isUsed(own)) found.push(entryOf(5 + found.length, own, next));
    if (!extendedTypes.has(link.type)) break;
    next = extended + link.start;
  }
  return found;
}

/**
 * Whether the entries of a boot record can be a partition table: at least one is used and starts inside the source, and
 * no two overlap. The code of a boot loader is often at the same bytes.
 */
function isPartitionTable(record: readonly RecordEntry[], source: ByteSource): boolean {
  const used = record.filter(isUsed).sort((a, b) => a.start - b.start);
  if (used.length === 0 || !used.some(({ start }) => start * 512 < source.size)) return false;
  // a hybrid table has the protective entry beside others
  const real = used.filter(({ type }) => type !== protective);
  return real.every(({ start, count }, i) => start + count <= (real[i + 1]?.start ?? Number.POSITIVE_INFINITY));
}

/** The partition table of a disk; null if there is none. */
export async function readPartitionTable(source: ByteSource): Promise<PartitionTable | null> {
  const record = recordOf(await bytesAt(source, 0, 512));
  const isMbr = record !== null && isPartitionTable(record, source);
  const gpt = await readGpt(source);
  const isProtective = isMbr && record.some(({ type }) => type === protective);
  if (gpt !== null && (gpt.atStart || isProtective || !isMbr)) return { ...gpt, atStart: gpt.atStart || isProtective };
  if (!isMbr) return null;
  if (isProtective) return { kind: 'gpt', entries: [], atStart: true };
  const entries: PartitionEntry[] = [];
  for (const [i, row] of record.entries()) {
    if (!isUsed(row)) continue;
    if (extendedTypes.has(row.type)) entries.push(...(await logicalPartitions(source, row.start)));
    else entries.push(entryOf(i + 1, row));
  }
  return { kind: 'mbr', entries: entries.sort((a, b) => a.number - b.number), atStart: true };
}

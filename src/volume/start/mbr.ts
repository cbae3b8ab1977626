/** Reads MBR partition tables, with logical partitions. */
import type { ByteSource } from '../../source/source';
import { bytesAt, viewOf } from './bytes';
import { maxPartitions } from './gpt';
import type { PartitionEntry } from './partition-entry';

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

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

const entryOf = (number: number, { type, start, count }: RecordEntry, signature: number, from = 0): PartitionEntry => ({
  number,
  start: (from + start) * 512,
  size: count * 512,
  type: `0x${hex(type, 2)}`,
  label: '',
  // the kernel makes the UUID of a partition of the disk's signature and the number
  id: signature === 0 ? '' : `${hex(signature, 8)}-${hex(number, 2)}`,
});

/** The chain of records in an extended partition; each names one logical partition and the next record. */
async function logicalPartitions(source: ByteSource, extended: number, signature: number): Promise<PartitionEntry[]> {
  const found: PartitionEntry[] = [];
  const seen = new Set<number>();
  for (let next = extended; !seen.has(next) && found.length < maxPartitions; ) {
    seen.add(next);
    const record = recordOf(await bytesAt(source, next * 512, 512));
    if (record === null) break;
    const [own, link] = record as [RecordEntry, RecordEntry];
    if (isUsed(own)) found.push(entryOf(5 + found.length, own, signature, next));
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

export interface Mbr {
  /** Whether it protects a GPT. */
  isProtective: boolean;
  /** All partitions, without the protective entry. */
  entries(): Promise<PartitionEntry[]>;
}

/** The table in `source`; null without one. */
export async function readMbr(source: ByteSource): Promise<Mbr | null> {
  const bytes = await bytesAt(source, 0, 512);
  const record = recordOf(bytes);
  if (record === null || !isPartitionTable(record, source)) return null;
  const signature = viewOf(bytes).getUint32(440, true);
  return {
    isProtective: record.some(({ type }) => type === protective),
    async entries() {
      const entries: PartitionEntry[] = [];
      for (const [i, row] of record.entries()) {
        if (!isUsed(row) || row.type === protective) continue;
        if (extendedTypes.has(row.type)) entries.push(...(await logicalPartitions(source, row.start, signature)));
        else entries.push(entryOf(i + 1, row, signature));
      }
      return entries.sort((a, b) => a.number - b.number);
    },
  };
}

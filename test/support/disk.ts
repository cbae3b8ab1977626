/** Disks in memory: partition tables with file systems in their partitions, made without native tools. */
import { crc32le } from '../../src/bytes/crc32le';
import { type CheckOptions, checkImage } from '../../src/check';
import type { CheckReport } from '../../src/problem/report';
import { memorySource } from '../../src/source/memory';
import { sliceSource } from '../../src/source/slice';
import { findPartition } from '../../src/volume/start/partitions';

/** A partition to make; sectors have 512 bytes for MBR, and those of the disk for GPT. */
export interface PartitionRecipe {
  start: number;
  count: number;
  /** MBR: default 0x83. */
  type?: number;
  /** Number in a GPT, from 1; default: in order. */
  number?: number;
  /** GPT: the name. */
  label?: string;
  /** First bytes of the partition. */
  holds?: Uint8Array;
}

export const mebibyte = 2 ** 20;

/** Writes a boot record into sector `sector`. */
export function writeRecord(
  disk: Buffer,
  sector: number,
  entries: readonly { type: number; start: number; count: number }[],
): void {
  const at = sector * 512;
  disk.fill(0, at + 446, at + 512);
  entries.forEach(({ type, start, count }, i) => {
    const entry = at + 446 + 16 * i;
    disk[entry + 4] = type;
    disk.writeUInt32LE(start, entry + 8);
    disk.writeUInt32LE(count, entry + 12);
  });
  disk.writeUInt16BE(0x55aa, at + 510);
}

/** A disk of `size` bytes with an MBR. Bytes of `over`, if given, are there first. */
export function mbrDisk(size: number, partitions: readonly PartitionRecipe[], over?: Uint8Array): Buffer {
  const disk = Buffer.alloc(size);
  if (over) disk.set(over.subarray(0, size));
  for (const { start, holds } of partitions) if (holds) disk.set(holds.subarray(0, size - start * 512), start * 512);
  writeRecord(
    disk,
    0,
    partitions.map(({ type = 0x83, start, count }) => ({ type, start, count })),
  );
  return disk;
}

/**
 * A disk with one extended partition at sector `extended`, in which each logical partition follows its own boot record.
 * `start` of a logical partition is a sector of the disk.
 */
export function logicalDisk(size: number, extended: number, logical: readonly PartitionRecipe[]): Buffer {
  const disk = Buffer.alloc(size);
  writeRecord(disk, 0, [{ type: 0x05, start: extended, count: size / 512 - extended }]);
  logical.forEach(({ start, count, holds, type = 0x83 }, i) => {
    const record = i === 0 ? extended : start - 1;
    const next = logical[i + 1];
    const link = next === undefined ? [] : [{ type: 0x05, start: next.start - 1 - extended, count: next.count + 1 }];
    writeRecord(disk, record, [{ type, start: start - record, count }, ...link]);
    if (holds) disk.set(holds, start * 512);
  });
  return disk;
}

const linuxType = Buffer.from('af3dc60f838472478e793d69d8477de4', 'hex');

export interface GptOptions {
  /** Bytes of a sector. */
  sector?: 512 | 4096;
  /** Bytes that are on the disk before the table is written. */
  over?: Uint8Array;
  /** Leave out the backup at the end. */
  noBackup?: boolean;
}

/** A disk of `size` bytes with a protective MBR and a GPT with right checksums. */
export function gptDisk(size: number, partitions: readonly PartitionRecipe[], options: GptOptions = {}): Buffer {
  const { sector = 512, over, noBackup = false } = options;
  const disk = Buffer.alloc(size);
  if (over) disk.set(over.subarray(0, size));
  const last = size / sector - 1;
  const table = Buffer.alloc(128 * 128);
  partitions.forEach(({ start, count, holds, number, label = '' }, i) => {
    const at = ((number ?? i + 1) - 1) * 128;
    linuxType.copy(table, at);
    table.fill(i + 1, at + 16, at + 32);
    table.write(label, at + 56, 'utf16le');
    table.writeBigUInt64LE(BigInt(start), at + 32);
    table.writeBigUInt64LE(BigInt(start + count - 1), at + 40);
    if (holds) disk.set(holds, start * sector);
  });
  const tableSectors = table.length / sector;
  const header = (own: number, other: number, entries: number): void => {
    const bytes = Buffer.alloc(sector);
    bytes.write('EFI PART', 0, 'latin1');
    bytes.writeUInt32LE(0x10000, 8);
    bytes.writeUInt32LE(92, 12);
    bytes.writeBigUInt64LE(BigInt(own), 24);
    bytes.writeBigUInt64LE(BigInt(other), 32);
    bytes.writeBigUInt64LE(BigInt(2 + tableSectors), 40);
    bytes.writeBigUInt64LE(BigInt(last - 1 - tableSectors), 48);
    bytes.writeBigUInt64LE(BigInt(entries), 72);
    bytes.writeUInt32LE(128, 80);
    bytes.writeUInt32LE(128, 84);
    bytes.writeUInt32LE(crc32le(0, table), 88);
    bytes.writeUInt32LE(crc32le(0, bytes.subarray(0, 92)), 16);
    disk.set(bytes, own * sector);
    disk.set(table, entries * sector);
  };
  writeRecord(disk, 0, [{ type: 0xee, start: 1, count: Math.min(0xffffffff, size / 512 - 1) }]);
  header(1, last, 2);
  if (!noBackup) header(last, 1, last - tableSectors);
  return disk;
}

/** As the command line does: checks the file system in the partition that starts at byte `start`. */
export async function checkPartition(disk: Uint8Array, start: number, options: CheckOptions): Promise<CheckReport> {
  const source = memorySource(disk);
  const partition = await findPartition(source, start);
  if (partition === null) throw new Error('no partition starts there');
  const part = sliceSource(source, start, Math.min(partition.size, source.size - start));
  return checkImage(part, { ...options, partition });
}

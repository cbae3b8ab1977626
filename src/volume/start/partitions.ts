/** Finds out what the partitions of a disk hold, and which one starts at a given byte. */
import type { PartitionFacts, StartKind } from '../../problem/start';
import { sliceSource } from '../../source/slice';
import type { ByteSource } from '../../source/source';
import { extType } from '../ext-type';
import { bytesAt } from './bytes';
import { findExt } from './ext';
import type { PartitionEntry } from './partition-entry';
import { type PartitionTable, readPartitionTable } from './partition-table';
import { type Signature, signatureBytes, signatureIn } from './signatures';

/** How deep a disk inside a partition of a disk is looked for. */
const maxDepth = 4;

/** Kinds of files that a partition may hold; magic bytes of other kinds are too short, or are data of another use. */
const inPartitions = new Set<StartKind>(['file-system', 'container']);

/** What the bytes at the start of a partition are, other than an ext file system. */
async function identifyContent(part: ByteSource, head: Uint8Array): Promise<Pick<Signature, 'name' | 'what'> | null> {
  const signature = signatureIn(head);
  if (signature !== undefined && inPartitions.has(signature.kind)) return signature;
  const table = await readPartitionTable(part);
  // boot code can look like an MBR: one of its partitions must hold something
  for (const { start, size } of table?.entries ?? []) {
    if (start <= 0 || start >= part.size) continue;
    const inner = sliceSource(part, start, Math.min(size, part.size - start));
    const bytes = await bytesAt(inner, 0, signatureBytes);
    if ((await findExt(inner, bytes)) !== null || signatureIn(bytes)) {
      const name = table!.kind.toUpperCase();
      return { name, what: `a disk with partitions (${name})` };
    }
  }
  return null;
}

/** A description of one partition. */
async function describePartition(source: ByteSource, entry: PartitionEntry): Promise<PartitionFacts> {
  const facts: PartitionFacts = { ...entry, fileSystem: null, what: null };
  const size = Math.min(entry.size, source.size - entry.start);
  if (size <= 0) return facts;
  const part = sliceSource(source, entry.start, size);
  const head = await bytesAt(part, 0, signatureBytes);
  const ext = await findExt(part, head);
  // backups remain where another file system was made, but a primary superblock does not
  const other = ext === null || ext.fromBackup ? await identifyContent(part, head) : null;
  if (other !== null) return { ...facts, fileSystem: other.name, what: other.what };
  if (ext === null) return facts;
  const fileSystem = extType(ext.geometry);
  const fileSystemSize = ext.geometry.blocksCount * ext.geometry.blockSize;
  const state = ext.fromBackup ? ' without its start' : fileSystemSize > entry.size ? ' larger than the partition' : '';
  const what = `an ${fileSystem} file system${state}`;
  return { ...facts, fileSystem, what, fileSystemSize, ...(ext.fromBackup && { fromBackup: true }) };
}

/** The partitions of a table, with what they hold. */
export async function describePartitions(source: ByteSource, table: PartitionTable): Promise<PartitionFacts[]> {
  const facts: PartitionFacts[] = [];
  for (const entry of table.entries) facts.push(await describePartition(source, entry));
  return facts;
}

/** The partition of `disk` that starts at byte `start`, also of a disk that is inside a partition; null if there is none. */
export async function findPartition(disk: ByteSource, start: number): Promise<PartitionFacts | null> {
  const entry = await entryAt(disk, start, maxDepth);
  if (entry === null) return null;
  return describePartition(disk, entry);
}

async function entryAt(disk: ByteSource, start: number, depth: number): Promise<PartitionEntry | null> {
  if (start <= 0 || start >= disk.size || depth === 0) return null;
  const entries = (await readPartitionTable(disk))?.entries ?? [];
  const found = entries.find((entry) => entry.start === start);
  if (found !== undefined) return found;
  const around = entries.find((entry) => entry.start > 0 && entry.start < start && start < entry.start + entry.size);
  if (around === undefined) return null;
  const size = Math.min(around.size, disk.size - around.start);
  const inner = await entryAt(sliceSource(disk, around.start, size), start - around.start, depth - 1);
  return inner && { ...inner, start };
}

/** Finds the partitions of a disk image that have ext file systems, for a user who gave the disk instead. */
import { superblock, superblockMagic } from '../layout/superblock';
import { type ByteSource, SourceError } from '../source/source';

/** Whether the 1024 bytes at `at` could be the primary superblock of a file system that starts 1024 bytes earlier. */
export function isPrimarySuperblock(bytes: Uint8Array, at: number): boolean {
  if (at + 1024 > bytes.length) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 1024);
  return (
    superblock.s_magic(view, 0) === superblockMagic &&
    superblock.s_block_group_nr(view, 0) === 0 &&
    superblock.s_log_block_size(view, 0) <= 6 &&
    superblock.s_rev_level(view, 0) <= 1 &&
    superblock.s_inodes_count(view, 0) > 0 &&
    superblock.s_blocks_count_lo(view, 0) > 0
  );
}

/** Bytes from `at`, at most `length`; none where they cannot be read. */
export async function bytesAt(source: ByteSource, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - at)));
  if (bytes.length === 0) return bytes;
  try {
    return bytes.subarray(0, await source.read(at, bytes));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return new Uint8Array(0);
  }
}

interface Partition {
  /** The number that Linux uses. */
  number: number;
  /** Byte offset. */
  start: number;
}

/** Largest number of partitions that are examined, and of those in the description. */
const maxPartitions = 128;
const maxNamed = 8;

/** GPT: a header in the second sector with the position of the entries. */
async function gpt(source: ByteSource, head: Uint8Array): Promise<Partition[] | null> {
  for (const sector of [512, 4096]) {
    if (head.length < 2 * sector) continue;
    const view = new DataView(head.buffer, head.byteOffset + sector, sector);
    // "EFI PART"
    if (view.getUint32(0, true) !== 0x20494645 || view.getUint32(4, true) !== 0x54524150) continue;
    const first = view.getUint32(72, true) + view.getUint32(76, true) * 2 ** 32;
    const count = Math.min(maxPartitions, view.getUint32(80, true));
    const size = view.getUint32(84, true);
    if (size < 128 || size > 4096) return [];
    const entries = await bytesAt(source, first * sector, count * size);
    const table = new DataView(entries.buffer, entries.byteOffset, entries.length);
    const found: Partition[] = [];
    for (let i = 0; (i + 1) * size <= entries.length; i++) {
      const at = i * size;
      if (entries.subarray(at, at + 16).every((byte) => byte === 0)) continue;
      const start = table.getUint32(at + 32, true) + table.getUint32(at + 36, true) * 2 ** 32;
      found.push({ number: i + 1, start: start * sector });
    }
    return found;
  }
  return null;
}

const extendedTypes = new Set([0x05, 0x0f, 0x85]);

/** The entries of a record: type and first sector. */
function mbrEntries(bytes: Uint8Array): { type: number; start: number }[] | null {
  if (bytes.length < 512 || bytes[510] !== 0x55 || bytes[511] !== 0xaa) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 512);
  const entries = [446, 462, 478, 494].map((at) => ({
    active: view.getUint8(at),
    type: view.getUint8(at + 4),
    start: view.getUint32(at + 8, true),
  }));
  return entries.every(({ active }) => active === 0 || active === 0x80) ? entries : null;
}

/** MBR: four entries, and a chain of further records in an extended partition. */
async function mbr(source: ByteSource, head: Uint8Array): Promise<Partition[] | null> {
  const entries = mbrEntries(head);
  if (entries === null || entries.every(({ type }) => type === 0)) return null;
  const found = entries.flatMap(({ type, start }, i) =>
    type === 0 || extendedTypes.has(type) ? [] : [{ number: i + 1, start: start * 512 }],
  );
  const extended = entries.find(({ type }) => extendedTypes.has(type));
  let next = extended?.start ?? 0;
  for (let number = 5; next !== 0 && number < maxPartitions; number++) {
    const record = mbrEntries(await bytesAt(source, next * 512, 512));
    if (record === null) break;
    found.push({ number, start: (next + record[0]!.start) * 512 });
    next = record[1]!.type === 0 ? 0 : extended!.start + record[1]!.start;
  }
  return found;
}

/** A description of the disk with the first bytes `head`; null without a partition table. */
export async function partitionTable(source: ByteSource, head: Uint8Array): Promise<string | null> {
  const partitions = (await gpt(source, head)) ?? (await mbr(source, head));
  if (partitions === null) return null;
  const ext: string[] = [];
  for (const { number, start } of partitions) {
    const bytes = await bytesAt(source, start, 2048);
    if (isPrimarySuperblock(bytes, 1024)) ext.push(`partition ${number} (--offset ${start})`);
  }
  const rest = ext.length > maxNamed ? ` and ${ext.length - maxNamed} more` : '';
  const held =
    ext.length > 0 ? `ext file systems in ${ext.slice(0, maxNamed).join(', ')}${rest}` : 'no ext file system in any';
  return `a disk with ${partitions.length === 1 ? 'a partition' : `${partitions.length} partitions`}, ${held}`;
}

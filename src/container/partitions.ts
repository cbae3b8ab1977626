/** Partition tables as a layer. */
import type { ContainerNote } from '../problem/container';
import { digits } from '../report/words';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import type { PartitionEntry } from '../volume/start/partition-entry';
import { type PartitionTable, readPartitionTable } from '../volume/start/partition-table';
import type { Layer, LayerPart } from './layer';

const nameOf = ({ number, label }: Pick<PartitionEntry, 'number' | 'label'>): string =>
  label === '' ? `partition ${number}` : `partition ${number} "${label}"`;

function partOf(source: ByteSource, { number, start, size, type, label, id }: PartitionEntry): LayerPart {
  const available = Math.min(size, source.size - start);
  return {
    source: available > 0 ? sliceSource(source, start, available) : 'it starts after the end of the disk',
    name: nameOf({ number, label }),
    number,
    label,
    offset: start,
    size,
    type,
    ids: id === '' ? [] : [id],
  };
}

function notesOf({ entries, fault, backupFault }: PartitionTable, source: ByteSource): ContainerNote[] {
  const notes: ContainerNote[] = [];
  if (fault !== null) notes.push({ kind: 'suspect', text: fault });
  if (backupFault !== null) notes.push({ kind: 'remark', text: backupFault });
  const inOrder = [...entries].sort((a, b) => a.start - b.start);
  for (const [i, entry] of inOrder.entries()) {
    const { number, start, size } = entry;
    const next = inOrder[i + 1];
    if (next !== undefined && start + size > next.start)
      for (const one of [entry, next])
        notes.push({ kind: 'suspect', text: `partitions ${number} and ${next.number} overlap`, part: nameOf(one) });
    const missing = start + size - source.size;
    if (missing > 0) {
      const text = `partition ${number} ends ${digits(missing)} bytes after the end of the disk`;
      notes.push({ kind: 'damaged', text, part: nameOf(entry) });
    }
  }
  return notes;
}

/**
 * The partition table of a source as a layer that is recognised; null without one. Unlike the other formats it is believed
 * only if a partition holds something, because remains of them are common.
 */
export async function partitionTable(source: ByteSource): Promise<Pick<Layer, 'name' | 'open'> | null> {
  const table = await readPartitionTable(source);
  if (table === null) return null;
  return {
    name: table.kind.toUpperCase(),
    open: async () => ({
      details: '',
      notes: notesOf(table, source),
      parts: table.entries.map((entry) => partOf(source, entry)),
    }),
  };
}

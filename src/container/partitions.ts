/** Partition tables as layers. */
import type { ContainerNote } from '../problem/container';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import type { PartitionEntry } from '../volume/start/partition-entry';
import { type PartitionTable, readPartitionTable } from '../volume/start/partition-table';
import type { Layer, LayerPart, OpenedLayer } from './layer';

function partOf(source: ByteSource, { number, start, size, type, label, id }: PartitionEntry): LayerPart {
  const available = Math.min(size, source.size - start);
  return {
    source: available > 0 ? sliceSource(source, start, available) : 'it starts after the end of the disk',
    name: label === '' ? `partition ${number}` : `partition ${number} "${label}"`,
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
  for (const [i, { number, start, size }] of inOrder.entries()) {
    const next = inOrder[i + 1];
    if (next !== undefined && start + size > next.start)
      notes.push({ kind: 'suspect', text: `partitions ${number} and ${next.number} overlap` });
    const missing = start + size - source.size;
    if (missing > 0)
      notes.push({ kind: 'damaged', text: `partition ${number} ends ${missing} bytes after the end of the disk` });
  }
  return notes;
}

const layerOf = (name: string, kind: PartitionTable['kind']): Layer => ({
  name,
  recognise: async (_head, source) => (await readPartitionTable(source))?.kind === kind,
  async open(source): Promise<OpenedLayer> {
    const table = await readPartitionTable(source);
    const entries = table?.entries ?? [];
    return {
      details: '',
      notes: table === null ? [] : notesOf(table, source),
      parts: entries.map((entry) => partOf(source, entry)),
    };
  },
});

export const gpt = layerOf('GPT', 'gpt');
export const mbr = layerOf('MBR', 'mbr');

/** Partition tables as layers. */
import type { ContainerNote } from '../problem/container';
import { digits } from '../report/words';
import { sliceSource } from '../source/slice';
import type { ByteSource } from '../source/source';
import type { PartitionEntry } from '../volume/start/partition-entry';
import { type PartitionTable, readPartitionTable } from '../volume/start/partition-table';
import type { Layer, LayerPart, OpenedLayer } from './layer';

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

/** LVM2: the logical volumes of a physical volume that are on it alone. */
import { firstIndex } from '../../bytes/first-index';
import type { ContainerNote } from '../../problem/container';
import { counted } from '../../report/words';
import { type ByteSource, SourceError } from '../../source/source';
import { ContainerError, unsupported } from '../error';
import type { Layer, LayerPart } from '../layer';
import { runSource } from '../run-source';
import { type LogicalVolume, readGroup, type Segment, type VolumeGroup } from './group';
import { labelIn, type PhysicalVolume, readLabel, readText } from './label';

function sourceOf(base: ByteSource, size: number, segments: readonly Segment[]): ByteSource {
  return runSource(base, size, (at) => {
    const { start, at: from, length } = segments[firstIndex(0, segments.length, (i) => segments[i]!.start > at) - 1]!;
    return { kind: 'data', length: length - (at - start), source: base, at: from + at - start };
  });
}

function partOf(base: ByteSource, group: string, { name, id, size, segments }: LogicalVolume): LayerPart {
  const label = `${group}/${name}`;
  const isReadable = typeof segments !== 'string';
  return {
    source: isReadable ? sourceOf(base, size, segments) : segments,
    name: `volume ${label}`,
    label,
    size,
    ...(id !== '' && { ids: [id.toLowerCase()] }),
    ...(isReadable && segments.length === 1 && { offset: segments[0]!.at }),
  };
}

/** What does not fit between the physical volume and its metadata. */
function placeNotes(source: ByteSource, volume: PhysicalVolume, group: VolumeGroup): ContainerNote[] {
  const notes: ContainerNote[] = [];
  const { dataStart, dataEnd } = group;
  const [data] = volume.data;
  if (data !== undefined && data.offset !== dataStart)
    notes.push({
      kind: 'suspect',
      text: `the data start at byte ${data.offset} by its header, at ${dataStart} by the metadata of the group`,
    });
  if (dataEnd > source.size) {
    const text = `its extents end at byte ${dataEnd}, but it has ${source.size} bytes: the rest is missing`;
    notes.push({ kind: 'damaged', text });
  }
  return notes;
}

/** The group by the newest metadata that can be used; null if all areas are empty. */
async function groupOf(source: ByteSource, volume: PhysicalVolume): Promise<VolumeGroup | null> {
  const groups: VolumeGroup[] = [];
  const failures: Error[] = [];
  for (const area of volume.metadata) {
    try {
      const text = await readText(source, area);
      if (text !== null) groups.push(readGroup(text, volume.id));
    } catch (error) {
      if (!(error instanceof ContainerError) && !(error instanceof SourceError)) throw error;
      failures.push(error);
    }
  }
  const newest = groups.reduce<VolumeGroup | null>((a, b) => (a === null || b.seqno > a.seqno ? b : a), null);
  if (newest === null) {
    if (failures.length > 0) throw failures[0]!;
    return null;
  }
  for (const { message } of failures)
    volume.notes.push({ kind: 'suspect', text: `a copy of the metadata is bad: ${message}` });
  if (groups.some(({ seqno }) => seqno !== newest.seqno))
    volume.notes.push({ kind: 'suspect', text: `its copies of the metadata differ: number ${newest.seqno} is used` });
  return newest;
}

export const lvm: Layer = {
  name: 'LVM',
  recognise: (head) => labelIn(head) >= 0,
  async open(source) {
    const volume = await readLabel(source);
    if (volume.metadata.length === 0)
      throw unsupported(
        'it has no metadata: another physical volume of the group has them',
        'losetup --find --show --read-only FILE',
        'vgchange -ay',
      );
    const group = await groupOf(source, volume);
    if (group === null) {
      const text = 'it belongs to no volume group, or its metadata were erased';
      return { details: '', notes: [...volume.notes, { kind: 'remark', text }], parts: [] };
    }
    const notes = [...volume.notes, ...placeNotes(source, volume, group), ...group.notes];
    const parts = group.volumes.map((logical) => partOf(source, group.name, logical));
    return { details: `volume group ${group.name}, ${counted(parts.length, 'volume')}`, notes, parts };
  },
};

/** The label and the header of an LVM2 physical volume, and the text in its metadata areas. */
import { crc32le } from '../../bytes/crc32le';
import type { ContainerNote } from '../../problem/container';
import type { ByteSource } from '../../source/source';
import { damaged, unsupported } from '../error';

const sectorBytes = 512;
const labelSectors = 4;
const labelMagic = 'LABELONE';
const labelType = 'LVM2 001';
const areaMagic = ' LVM2 x[5A%r0N*>';
/** Largest number of areas in a list of the header. */
const maxAreas = 8;
/** Largest text of metadata that is read. */
const maxText = 16 * 2 ** 20;
/** Set in the flags of a text that is not to be used. */
const ignoredFlag = 1;

/** The checksum that LVM uses: not inverted, from its own start value. */
const lvmChecksum = (bytes: Uint8Array): number => ~crc32le(~0xf597a6cf, bytes) >>> 0;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Latin-1 text of bytes. */
export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** The byte of the label in the first four sectors; -1 without one. */
export function labelIn(head: Uint8Array): number {
  for (let at = 0; at < labelSectors * sectorBytes && at + sectorBytes <= head.length; at += sectorBytes)
    if (latin1(head.subarray(at, at + 8)) === labelMagic && latin1(head.subarray(at + 24, at + 32)) === labelType)
      return at;
  return -1;
}

async function exactly(source: ByteSource, at: number, length: number, what: string): Promise<Uint8Array> {
  if (at + length > source.size) throw damaged(`${what} at byte ${at} is past the end of the ${source.size} bytes`);
  const bytes = new Uint8Array(length);
  await source.read(at, bytes);
  return bytes;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function long(view: DataView, at: number, what: string): number {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  if (value > Number.MAX_SAFE_INTEGER) throw damaged(`the field ${what} is 2^53 or more`);
  return value;
}

/** A range of bytes of the physical volume. */
export interface Area {
  offset: number;
  size: number;
}

export interface PhysicalVolume {
  /** 32 characters, without hyphens. */
  id: string;
  /** Bytes of the device when it was made. */
  deviceSize: number;
  data: Area[];
  metadata: Area[];
  notes: ContainerNote[];
}

/** @throws ContainerError, SourceError */
export async function readLabel(source: ByteSource): Promise<PhysicalVolume> {
  const head = await exactly(source, 0, Math.min(source.size, labelSectors * sectorBytes), 'the label');
  const label = labelIn(head);
  if (label < 0) throw damaged('it has no label in its first four sectors');
  const notes: ContainerNote[] = [];
  const sector = head.subarray(label, label + sectorBytes);
  const view = viewOf(sector);
  const [stored, computed] = [view.getUint32(16, true), lvmChecksum(sector.subarray(20))];
  if (stored !== computed)
    notes.push({ kind: 'suspect', text: `the checksum of the label is ${hex(stored)}, should be ${hex(computed)}` });
  const own = long(view, 8, 'sector_xl');
  if (own !== label / sectorBytes)
    notes.push({
      kind: 'suspect',
      text: `the label has the sector number ${own}, but is in sector ${label / sectorBytes}`,
    });
  const start = view.getUint32(20, true);
  if (start < 32 || start + 40 > sectorBytes) throw damaged(`the field offset_xl of the label is ${start}`);
  let at = start + 40;
  const areas = (what: string): Area[] => {
    const found: Area[] = [];
    for (;;) {
      if (at + 16 > sectorBytes || found.length > maxAreas) throw damaged(`the list of ${what} areas has no end`);
      const area = {
        offset: long(view, at, `offset of a ${what} area`),
        size: long(view, at + 8, `size of a ${what} area`),
      };
      at += 16;
      if (area.offset === 0) return found;
      found.push(area);
    }
  };
  const data = areas('data');
  const metadata = areas('metadata');
  const id = latin1(sector.subarray(start, start + 32));
  return { id, deviceSize: long(view, start + 32, 'device_size'), data, metadata, notes };
}

/**
 * The text in a metadata area; null where it is empty, as in a volume that belongs to no group.
 * @throws ContainerError, SourceError
 */
export async function readText(source: ByteSource, { offset, size }: Area): Promise<string | null> {
  const header = await exactly(source, offset, sectorBytes, 'the header of a metadata area');
  const view = viewOf(header);
  const [stored, computed] = [view.getUint32(0, true), lvmChecksum(header.subarray(4))];
  if (latin1(header.subarray(4, 20)) !== areaMagic) throw damaged('the header of a metadata area has no magic text');
  if (stored !== computed)
    throw damaged(`the checksum of the header of a metadata area is ${hex(stored)}, should be ${hex(computed)}`);
  const version = view.getUint32(20, true);
  if (version !== 1) throw unsupported(`the version of a metadata area is ${version}, only 1 is known`);
  const [areaStart, areaSize] = [long(view, 24, 'start of a metadata area'), long(view, 32, 'size of a metadata area')];
  if (areaStart !== offset || areaSize !== size)
    throw damaged(`the header of a metadata area has the range ${areaStart}+${areaSize}, should be ${offset}+${size}`);
  const [from, length] = [long(view, 40, 'offset of the metadata'), long(view, 48, 'size of the metadata')];
  if (from === 0 || (view.getUint32(60, true) & ignoredFlag) !== 0) return null;
  if (length > maxText) throw unsupported(`its metadata have ${length} bytes, at most ${maxText} are read`);
  if (from < sectorBytes || from >= size || length > size - sectorBytes)
    throw damaged(`the metadata at byte ${from} with ${length} bytes are not inside their area of ${size} bytes`);
  const bytes = new Uint8Array(length);
  // the area is a ring after its header
  const first = Math.min(length, size - from);
  bytes.set(await exactly(source, offset + from, first, 'the metadata'));
  if (first < length) bytes.set(await exactly(source, offset + sectorBytes, length - first, 'the metadata'), first);
  const [wanted, found] = [view.getUint32(56, true), lvmChecksum(bytes)];
  if (wanted !== found) throw damaged(`the checksum of the metadata is ${hex(found)}, should be ${hex(wanted)}`);
  return new TextDecoder().decode(bytes);
}

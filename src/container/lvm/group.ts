/** The volume group that metadata describe: its logical volumes, and where their extents are on this physical volume. */

import type { ContainerNote } from '../../problem/container';
import { printable, shellWord } from '../../report/printable';
import { counted } from '../../report/words';
import { damaged } from '../error';

import { listOf, numberOf, parseConfig, type Section, sectionOf, sectionsOf, textOf } from './config';

const sectorBytes = 512;
/** LVM's own limit on the length of names. */
const maxName = 127;
/** Overlaps that are reported one by one. */
const maxOverlaps = 8;

/** Consecutive bytes of a logical volume. */
export interface Segment {
  /** Byte in the logical volume, and on the physical one. */
  start: number;
  at: number;
  length: number;
}

/** Why the segments of a volume cannot be read here. */
interface Unreadable {
  why: string;
  /** The metadata contradict themselves; else the kernel can assemble the volume. */
  isDamaged: boolean;
}

export interface LogicalVolume {
  name: string;
  id: string;
  size: number;
  /** In order and without gaps; a string is why they cannot be read here. */
  segments: Segment[] | string;
}

const elsewhere = (why: string): Unreadable => ({ why, isDamaged: false });
const contradiction = (why: string): Unreadable => ({ why, isDamaged: true });

export interface VolumeGroup {
  name: string;
  seqno: number;
  /** The first byte of the extents, by the metadata. */
  dataStart: number;
  /** The byte after the last extent. */
  dataEnd: number;
  volumes: LogicalVolume[];
  notes: ContainerNote[];
}

/** Types of segments that only the kernel can assemble, in words. */
const typeWords: Readonly<Record<string, string>> = {
  thin: 'a thin volume',
  'thin-pool': 'a pool of thin volumes, which holds no file system itself',
  mirror: 'a mirror',
  cache: 'a cached volume',
  'cache-pool': 'a pool of a cache, which holds no file system itself',
  writecache: 'a volume with a write cache',
  vdo: 'a VDO volume',
  'vdo-pool': 'a VDO pool, which holds no file system itself',
  integrity: 'a volume with integrity data',
  snapshot: 'a snapshot',
  zero: 'a volume of zeros',
  error: 'a volume that fails',
};

const withoutHyphens = (id: string): string => id.replaceAll('-', '');

/** How to reach a volume that is not assembled here. */
const activation = (group: string, volume: string): string =>
  `activate it with vgchange -ay ${shellWord(group)}, and check ${shellWord(`/dev/${group}/${volume}`)}`;

/** The names of the other physical volumes, by their names in the metadata. */
interface PhysicalVolumes {
  own: string;
  extents: number;
  dataStart: number;
  devices: ReadonlyMap<string, string>;
}

/** A required number of a section. */
function required(section: Section, name: string, where: string): number {
  const value = numberOf(section, name);
  if (value === undefined) throw damaged(`the field ${name} of ${where} is missing or not a number`);
  return value;
}

function physicalVolumes(group: Section, id: string): PhysicalVolumes {
  let own: [string, Section] | undefined;
  const devices = new Map<string, string>();
  for (const [name, section] of sectionsOf(sectionOf(group, 'physical_volumes'))) {
    devices.set(name, textOf(section, 'device') ?? '');
    if (withoutHyphens(textOf(section, 'id') ?? '') === id) own = [name, section];
  }
  if (own === undefined) throw damaged(`its metadata have no physical volume with its id ${printable(id)}`);
  const where = `physical volume ${printable(own[0])}`;
  const dataStart = required(own[1], 'pe_start', where) * sectorBytes;
  return { own: own[0], extents: required(own[1], 'pe_count', where), dataStart, devices };
}

class GroupReader {
  private readonly physical: PhysicalVolumes;
  private readonly extentBytes: number;
  /** Volumes that store the changes of a snapshot, and those that one is being merged into. */
  private readonly snapshots = new Set<string>();
  private readonly merging = new Set<string>();
  private readonly logical: Section | undefined;

  constructor(
    private readonly name: string,
    group: Section,
    id: string,
  ) {
    this.extentBytes = required(group, 'extent_size', `volume group ${name}`) * sectorBytes;
    if (this.extentBytes === 0) throw damaged(`the field extent_size of volume group ${name} is 0`);
    this.physical = physicalVolumes(group, id);
    if (this.dataEnd > Number.MAX_SAFE_INTEGER) throw damaged('the field pe_count makes 2^53 bytes or more');
    this.logical = sectionOf(group, 'logical_volumes');
    for (const [, volume] of sectionsOf(this.logical))
      for (const [, segment] of sectionsOf(volume)) {
        if (textOf(segment, 'type') !== 'snapshot') continue;
        const merged = textOf(segment, 'merging_store');
        if (merged !== undefined) this.merging.add(textOf(segment, 'origin') ?? '');
        this.snapshots.add(merged ?? textOf(segment, 'cow_store') ?? '');
      }
  }

  get dataStart(): number {
    return this.physical.dataStart;
  }

  get dataEnd(): number {
    return this.physical.dataStart + this.physical.extents * this.extentBytes;
  }

  /** The byte at which a segment starts, or why it cannot be read here. */
  private place(segment: Section, extents: number): number | Unreadable {
    const type = textOf(segment, 'type') ?? 'unknown';
    if (type !== 'striped')
      return elsewhere(`it is ${typeWords[type] ?? `of the type ${printable(type).slice(0, 32)}`}`);
    const stripes = numberOf(segment, 'stripe_count');
    if (stripes !== 1) return elsewhere(`it is striped over ${stripes ?? 'several'} places`);
    const [device, extent] = listOf(segment, 'stripes');
    if (device !== this.physical.own) {
      const path = this.physical.devices.get(String(device));
      if (path === undefined) return elsewhere('a part of it is in another volume');
      const was = path === '' ? '' : `, which was ${printable(path).slice(0, 128)}`;
      return elsewhere(`a part of it is on another physical volume${was}`);
    }
    if (typeof extent !== 'number' || !Number.isInteger(extent) || extent < 0)
      return contradiction('its field stripes has no number of an extent');
    if (extent + extents > this.physical.extents)
      return contradiction(
        `its extent ${extent + extents - 1} is past the ${this.physical.extents} of the physical volume`,
      );
    return this.physical.dataStart + extent * this.extentBytes;
  }

  /** The segments of a volume on this physical volume, its size, and why it cannot be read. */
  private segments(volume: Section): { size: number; own: Segment[]; problem: Unreadable | null } {
    const { extentBytes } = this;
    const own: Segment[] = [];
    const problems: Unreadable[] = [];
    const all = [...sectionsOf(volume)]
      .filter(([name]) => name.startsWith('segment'))
      .map(([, section]) => ({
        section,
        start: numberOf(section, 'start_extent') ?? -1,
        extents: numberOf(section, 'extent_count') ?? 0,
      }))
      .sort((a, b) => a.start - b.start);
    const count = numberOf(volume, 'segment_count');
    if (count !== all.length)
      problems.push(contradiction(`its field segment_count is ${count}, but it has ${counted(all.length, 'segment')}`));
    let next = 0;
    for (const { section, start, extents } of all) {
      if (start !== next) {
        problems.push(contradiction(`it has no segment that starts at extent ${next}`));
        break;
      }
      if (extents === 0 || (start + extents) * extentBytes > Number.MAX_SAFE_INTEGER) {
        problems.push(contradiction(`its field extent_count is ${extents}`));
        break;
      }
      next += extents;
      const at = this.place(section, extents);
      if (typeof at === 'number') own.push({ start: start * extentBytes, at, length: extents * extentBytes });
      else problems.push(at);
    }
    if (next === 0) problems.push(contradiction('it has no extents'));
    const problem = problems.find(({ isDamaged }) => isDamaged) ?? problems[0] ?? null;
    return { size: next * extentBytes, own, problem };
  }

  read(): Pick<VolumeGroup, 'volumes' | 'notes'> {
    const volumes: LogicalVolume[] = [];
    const claims: { at: number; end: number; name: string }[] = [];
    for (const [rawName, section] of sectionsOf(this.logical)) {
      const name = printable(rawName).slice(0, maxName);
      const { size, own, problem } = this.segments(section);
      for (const { at, length } of own) claims.push({ at, end: at + length, name });
      if (!listOf(section, 'status').includes('VISIBLE')) continue;
      const snapshot = this.snapshots.has(rawName) && elsewhere('it is a snapshot, which has only blocks that changed');
      const merging = this.merging.has(rawName) && elsewhere('a snapshot is being merged into it');
      const reason = snapshot || merging || problem;
      const segments =
        reason === null
          ? own
          : reason.isDamaged
            ? `${reason.why}: the metadata are damaged`
            : `${reason.why}: ${activation(this.name, name)}`;
      volumes.push({ name, id: (textOf(section, 'id') ?? '').slice(0, 64), size, segments });
    }
    return { volumes, notes: overlaps(claims) };
  }
}

/** Bytes that two segments claim. */
function overlaps(claims: { at: number; end: number; name: string }[]): ContainerNote[] {
  claims.sort((a, b) => a.at - b.at);
  const notes: ContainerNote[] = [];
  let found = 0;
  let last = claims[0];
  for (const claim of claims.slice(1)) {
    if (last !== undefined && claim.at < last.end && ++found <= maxOverlaps)
      notes.push({
        kind: 'damaged',
        text: `volumes ${last.name} and ${claim.name} both use bytes ${claim.at} to ${Math.min(last.end, claim.end) - 1}`,
      });
    if (last === undefined || claim.end > last.end) last = claim;
  }
  if (found > maxOverlaps)
    notes.push({ kind: 'damaged', text: `${found - maxOverlaps} more overlaps are not named here` });
  return notes;
}

/**
 * The volume group in a text of metadata, by the id of the physical volume.
 * @throws ContainerError
 */
export function readGroup(text: string, id: string): VolumeGroup {
  const config = parseConfig(text);
  const [entry] = sectionsOf(config);
  if (entry === undefined) throw damaged('its metadata have no volume group');
  const [rawName, group] = entry;
  const name = printable(rawName).slice(0, maxName);
  const reader = new GroupReader(name, group, id);
  const { dataStart, dataEnd } = reader;
  return { name, seqno: required(group, 'seqno', `volume group ${name}`), dataStart, dataEnd, ...reader.read() };
}

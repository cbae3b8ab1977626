/** The attribute system.data: what of a file's inline data does not fit into `i_block`. Found as tools find it. */
import { inode, inodeFlags, oldInodeSize } from '../layout/inode';
import { maxValueInodeSize } from '../layout/limits';
import { xattrBodyHeaderSize, xattrEntry, xattrEntrySize, xattrHeader, xattrIndex, xattrMagic } from '../layout/xattr';
import type { Geometry } from './geometry';
import type { Groups } from './groups';
import { xattrBlockOf } from './inode-fields';
import { isLustreValue, loadValueInodes, type ValueInodes } from './value-inodes';
import type { Volume } from './volume';
import { blockXattrs, bodyXattrs, isNamed, type XattrArea } from './xattr-entries';
import { entryHashGood, valueInodeHashGood, xattrBlockChecksumGood } from './xattr-hash';

/** One wrong attribute of an inode makes all of them unreadable: `damaged`. */
export interface SystemData {
  state: 'found' | 'absent' | 'damaged';
  /** Bytes of the value; 0 where there is none. */
  size: number;
  /** The value; null where there is none, or where it lies in an inode of its own. */
  value: DataView | null;
}

export const noSystemData: SystemData = { state: 'absent', size: 0, value: null };
const damaged: SystemData = { state: 'damaged', size: 0, value: null };

const roundUp = (length: number): number => (length + 3) & ~3;

/** End of the names of all entries, or -1 where one leaves the area. */
function endOfEntries({ view, start, end }: XattrArea): number {
  let at = start;
  while (end - at >= xattrEntrySize && view.getUint32(at, true) !== 0) {
    const next = at + xattrEntrySize + roundUp(xattrEntry.e_name_len(view, at));
    if (next > end) return -1;
    at = next;
  }
  return at;
}

interface Owner {
  ino: number;
  generation: number;
}

function valueInodeGood(area: XattrArea, at: number, values: ValueInodes, owner: Owner): boolean {
  const { view } = area;
  const size = xattrEntry.e_value_size(view, at);
  if (xattrEntry.e_value_offs(view, at) !== 0 || size > maxValueInodeSize) return false;
  const value = values.get(xattrEntry.e_value_inum(view, at)) ?? null;
  if (value === null || (value.flags & inodeFlags.EA_INODE) === 0 || (value.flags & inodeFlags.INLINE_DATA) !== 0)
    return false;
  if (value.links === 0 || value.size !== size) return false;
  if (xattrEntry.e_hash(view, at) === 0) return true;
  return valueInodeHashGood(view, at, value.hash) || isLustreValue(value, owner.ino, owner.generation);
}

/** The attribute among those of one area; undefined where that needs inodes and `values` has none. */
function readArea(
  geometry: Geometry,
  area: XattrArea,
  values: ValueInodes | null,
  owner: Owner,
): SystemData | undefined {
  const { view, start, end, valueBase } = area;
  const last = endOfEntries(area);
  if (last < 0) return damaged;
  let remain = end - start;
  let found = noSystemData;
  for (let at = start; at < last; ) {
    const length = xattrEntrySize + roundUp(xattrEntry.e_name_len(view, at));
    remain -= length;
    const size = xattrEntry.e_value_size(view, at);
    const from = valueBase + xattrEntry.e_value_offs(view, at);
    const inInode = xattrEntry.e_value_inum(view, at) !== 0;
    if (inInode) {
      if (!geometry.features.ea_inode) return damaged;
      if (values === null) return undefined;
      if (!valueInodeGood(area, at, values, owner)) return damaged;
    } else {
      if (size > remain || from + size > end || (size > 0 && from < last + 4)) return damaged;
      remain -= size;
      if (xattrEntry.e_hash(view, at) !== 0 && !entryHashGood(view, at, from)) return damaged;
    }
    if (found.state === 'absent' && isNamed(area, at, xattrIndex.SYSTEM, 'data')) {
      const value = inInode || size === 0 ? null : new DataView(view.buffer, view.byteOffset + from, size);
      found = { state: 'found', size, value };
    }
    at += length;
  }
  return found;
}

export class SystemDataReader {
  /** What blocks shared by many inodes hold, where that depends on nothing else. */
  private readonly known = new Map<number, { checksumGood: boolean; data: SystemData; from: number }>();

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
  ) {}

  /** The attributes in the body of the inode at `at`: none, unreadable ones, or their area. */
  private body(view: DataView, at: number): XattrArea | 'damaged' | null {
    const { geometry } = this.volume;
    if (geometry.inodeSize === oldInodeSize) return null;
    const extra = inode.i_extra_isize(view, at);
    if (extra < 2 || geometry.inodeSize <= oldInodeSize + extra + xattrBodyHeaderSize) return null;
    return (extra & 3) !== 0 ? 'damaged' : bodyXattrs(geometry, view, at);
  }

  private block(view: DataView | null, block: number, checksumMatters: boolean): XattrArea | SystemData {
    const known = this.known.get(block);
    if (known) {
      if (!known.checksumGood && checksumMatters) return damaged;
      const { data, from } = known;
      if (view === null || data.size === 0) return data;
      return { ...data, value: new DataView(view.buffer, view.byteOffset + from, data.size) };
    }
    if (view === null) return damaged;
    if (xattrHeader.h_magic(view, 0) !== xattrMagic || xattrHeader.h_blocks(view, 0) !== 1) return damaged;
    const checksumGood = xattrBlockChecksumGood(this.volume.geometry, view, block);
    const area = blockXattrs(view);
    const data = readArea(this.volume.geometry, area, null, { ino: 0, generation: 0 });
    // the bytes themselves are not kept: there may be as many such blocks as the image has
    const from = data?.value ? data.value.byteOffset - view.byteOffset : 0;
    if (data !== undefined) this.known.set(block, { checksumGood, data: { ...data, value: null }, from });
    if (!checksumGood && checksumMatters) return damaged;
    return data ?? area;
  }

  /**
   * The attribute of the inode at `at` when it can be told from memory; undefined when blocks or inodes must be read.
   * A value in a block may be left out.
   * Checksums of attribute blocks matter only for inodes whose own is right.
   */
  atOnce(view: DataView, at: number, ino: number, checksumMatters: boolean): SystemData | undefined {
    const { geometry } = this.volume;
    const body = this.body(view, at);
    if (body === 'damaged') return damaged;
    const owner = { ino, generation: inode.i_generation(view, at) };
    const inBody = body ? readArea(geometry, body, null, owner) : noSystemData;
    const block = xattrBlockOf(geometry, view, at);
    if (inBody === undefined || inBody.state === 'damaged' || block === 0) return inBody;
    if (!this.volume.inRange(block)) return damaged;
    const cached = this.known.has(block) ? null : this.volume.cached(block);
    if (cached === undefined) return undefined;
    const inBlock = this.block(cached, block, checksumMatters);
    if (!('state' in inBlock)) return undefined;
    return inBlock.state === 'damaged' || inBody.state === 'absent' ? inBlock : inBody;
  }

  /** The same, reading what it takes. */
  async read(view: DataView, at: number, ino: number, checksumMatters: boolean): Promise<SystemData> {
    const { volume } = this;
    const { geometry } = volume;
    const body = this.body(view, at);
    if (body === 'damaged') return damaged;
    const owner = { ino, generation: inode.i_generation(view, at) };
    const number = xattrBlockOf(geometry, view, at);
    const found = async (area: XattrArea) =>
      readArea(geometry, area, null, owner) ??
      readArea(geometry, area, await loadValueInodes(volume, this.groups, area), owner) ??
      damaged;
    const inBody = body ? await found(body) : noSystemData;
    if (inBody.state === 'damaged' || number === 0) return inBody;
    if (!volume.inRange(number)) return damaged;
    const inBlock = this.block(await volume.block(number), number, checksumMatters);
    const data = 'state' in inBlock ? inBlock : await found(inBlock);
    return data.state === 'damaged' || inBody.state === 'absent' ? data : inBody;
  }
}

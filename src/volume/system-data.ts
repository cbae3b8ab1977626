/**
 * The attribute system.data: the part of a file's inline data that does not fit into `i_block`, found as e2fsprogs
 * finds it.
 */
import { inode, oldInodeSize } from '../layout/inode';
import { xattrBodyHeaderSize, xattrHeader, xattrIndex, xattrMagic } from '../layout/xattr';
import type { Geometry } from './geometry';
import type { Groups } from './groups';
import { xattrBlockOf } from './inode-fields';
import { loadValueInodes, type ValueInodes } from './value-inodes';
import type { Volume } from './volume';
import { blockXattrs, bodyXattrs, type XattrArea } from './xattr-entries';
import { xattrBlockChecksumGood } from './xattr-hash';
import { placeXattr, type XattrOwner } from './xattr-value';

/** One invalid attribute makes all attributes of the inode unreadable: `damaged`. */
export interface SystemData {
  state: 'found' | 'absent' | 'damaged';
  /** Bytes of the value; 0 where there is none. */
  size: number;
  /** The value; null where there is none, or where it is in a value inode. */
  value: DataView | null;
}

export const noSystemData: SystemData = { state: 'absent', size: 0, value: null };
const damaged: SystemData = { state: 'damaged', size: 0, value: null };

/** The attribute in one area; undefined where that needs value inodes and `values` is null. */
function readArea(
  geometry: Geometry,
  area: XattrArea,
  values: ValueInodes | null,
  owner: XattrOwner,
): SystemData | undefined {
  const place = placeXattr(geometry, area, values, owner, xattrIndex.SYSTEM, 'data');
  if (place === 'damaged') return damaged;
  if (place === null) return noSystemData;
  if (place === undefined) return undefined;
  const { size, at } = place;
  const here = place.inode === 0 && size > 0;
  const { buffer, byteOffset } = area.view;
  return { state: 'found', size, value: here ? new DataView(buffer, byteOffset + at, size) : null };
}

export class SystemDataReader {
  /** Results for attribute blocks, which many inodes may share, where they depend on nothing else. */
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
    // the bytes themselves are not kept: the image may have many such blocks
    const from = data?.value ? data.value.byteOffset - view.byteOffset : 0;
    if (data !== undefined) this.known.set(block, { checksumGood, data: { ...data, value: null }, from });
    if (!checksumGood && checksumMatters) return damaged;
    return data ?? area;
  }

  /**
   * The attribute of the inode at `at` if no read is needed; undefined when blocks or inodes must be read. A value in a
   * block may be missing. Checksums of attribute blocks matter only for inodes with a right checksum.
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

  /** The same with all necessary reads. */
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

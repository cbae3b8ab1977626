/**
 * What fast commits change in bitmaps, descriptors and counters: sets and clears bits in memory and recounts the
 * totals.
 */
import { popcount32 } from '../../bytes/bitmap';
import { crc32c } from '../../bytes/crc32c';
import { groupDesc, groupFlags } from '../../layout/group';
import { superblock, superblockOffset } from '../../layout/superblock';
import { markOwnMetadata } from '../../volume/bitmaps';
import {
  crcStart,
  descriptorBlock,
  groupClusters,
  groupFirstBlock,
  groupOfBlock,
  groupOfInode,
} from '../../volume/geometry';
import { descriptorChecksum } from '../../volume/groups';
import type { Opening } from '../../volume/open';
import { bytesOf } from '../../volume/volume';
import { type HeldBlocks, Unreplayable } from '../held-blocks';

interface GroupMap {
  bytes: Uint8Array;
  /** By how much the number of clear bits has grown. */
  freed: number;
}

/** Largest number of blocks marked or tested in one replay; each time counts. */
const maxMarks = 2 ** 29;

/** Sets or clears bits; returns how many of them changed. */
function countedRange(bytes: Uint8Array, from: number, to: number, value: boolean): number {
  let changed = 0;
  for (let bit = from; bit < to; ) {
    const place = bit >> 3;
    const end = Math.min(to, (place + 1) * 8);
    const mask = (0xff << (bit & 7)) & (0xff >> ((place + 1) * 8 - end));
    const old = bytes[place]!;
    const now = value ? old | mask : old & ~mask;
    if (now !== old) changed += popcount32(now ^ old);
    bytes[place] = now;
    bit = end;
  }
  return changed;
}

const padBits = (bytes: Uint8Array, from: number): void => void countedRange(bytes, from, bytes.length * 8, true);

export class Space {
  private readonly blockMaps = new Map<number, GroupMap>();
  private readonly inodeMaps = new Map<number, GroupMap>();
  private readonly flags = new Map<number, number>();
  private readonly unused = new Map<number, number>();
  private spent = 0;

  constructor(
    private readonly opening: Opening,
    private readonly held: HeldBlocks,
  ) {}

  private sum(bytes: Uint8Array, bits: number): number {
    return crc32c(this.opening.volume.geometry.checksumSeed, bytes, 0, Math.floor(bits / 8));
  }

  /** Throws for a damaged descriptor or bitmap: the result of a mount is unknown. */
  private async load(group: number, block: number, bits: number, stored: number): Promise<Uint8Array> {
    const { groups, volume } = this.opening;
    const { geometry } = volume;
    if (groups.checksumGood[group] !== 1 || !volume.inRange(block))
      throw new Unreplayable(`the descriptor of group ${group}, which they change, is damaged`);
    const bytes = bytesOf(await this.held.edit(block));
    if (geometry.features.metadata_csum) {
      const sum = this.sum(bytes, bits);
      if ((geometry.descSize < 64 ? sum & 0xffff : sum) !== stored)
        throw new Unreplayable(`a bitmap of group ${group}, which they change, is damaged`);
    }
    return bytes;
  }

  private flagsOf(group: number): number {
    const { groups, volume } = this.opening;
    return volume.geometry.features.groupChecksums ? (this.flags.get(group) ?? groups.flags[group]!) : 0;
  }

  private async blockMap(group: number): Promise<GroupMap> {
    const known = this.blockMaps.get(group);
    if (known !== undefined) return known;
    const { groups, volume } = this.opening;
    const { geometry } = volume;
    const block = groups.blockBitmap[group]!;
    const map: GroupMap = { bytes: new Uint8Array(0), freed: 0 };
    if ((this.flagsOf(group) & groupFlags.BLOCK_UNINIT) === 0)
      map.bytes = await this.load(group, block, geometry.clustersPerGroup, groups.blockBitmapChecksum[group]!);
    else {
      if (groups.checksumGood[group] !== 1 || !volume.inRange(block))
        throw new Unreplayable(`the descriptor of group ${group}, which they change, is damaged`);
      const bytes = bytesOf(this.held.fresh(block));
      const start = groupFirstBlock(geometry, group);
      const clusters = groupClusters(geometry, group);
      const setRange = (first: number, count: number) => {
        const from = Math.max(0, first - start);
        countedRange(bytes, from, Math.max(from, Math.min(clusters, first + count - start)), true);
      };
      markOwnMetadata({ setRange }, geometry, groups, group);
      padBits(bytes, clusters);
      this.flags.set(group, this.flagsOf(group) & ~groupFlags.BLOCK_UNINIT);
      map.bytes = bytes;
    }
    this.blockMaps.set(group, map);
    return map;
  }

  private async inodeMap(group: number): Promise<GroupMap> {
    const known = this.inodeMaps.get(group);
    if (known !== undefined) return known;
    const { groups, volume } = this.opening;
    const { inodesPerGroup } = volume.geometry;
    const block = groups.inodeBitmap[group]!;
    const map: GroupMap = { bytes: new Uint8Array(0), freed: 0 };
    if ((this.flagsOf(group) & groupFlags.INODE_UNINIT) === 0)
      map.bytes = await this.load(group, block, inodesPerGroup, groups.inodeBitmapChecksum[group]!);
    else {
      if (groups.checksumGood[group] !== 1 || !volume.inRange(block))
        throw new Unreplayable(`the descriptor of group ${group}, which they change, is damaged`);
      map.bytes = bytesOf(this.held.fresh(block));
      padBits(map.bytes, inodesPerGroup);
      this.flags.set(group, this.flagsOf(group) & ~groupFlags.INODE_UNINIT);
    }
    this.inodeMaps.set(group, map);
    return map;
  }

  private spend(bits: number): void {
    this.spent += bits;
    if (this.spent > maxMarks) throw new Unreplayable('they change more blocks than are followed');
  }

  /** Marks `count` blocks from `first`, all of them in the file system, as used or free. */
  async mark(first: number, count: number, used: boolean): Promise<void> {
    const { geometry } = this.opening.volume;
    this.spend(count);
    for (let done = 0; done < count; ) {
      const group = groupOfBlock(geometry, first + done);
      const from = first + done - groupFirstBlock(geometry, group);
      const many = Math.min(count - done, geometry.blocksPerGroup - from);
      const map = await this.blockMap(group);
      const changed = countedRange(map.bytes, from, from + many, used);
      map.freed += used ? -changed : changed;
      done += many;
    }
  }

  async markInode(ino: number, used: boolean): Promise<void> {
    const { groups, volume } = this.opening;
    const { geometry } = volume;
    const group = groupOfInode(geometry, ino);
    const index = (ino - 1) % geometry.inodesPerGroup;
    const map = await this.inodeMap(group);
    const changed = countedRange(map.bytes, index, index + 1, used);
    map.freed += used ? -changed : changed;
    if (!used || !geometry.features.groupChecksums) return;
    const most = geometry.inodesPerGroup - index - 1;
    if (groups.itableUnused[group]! > most) this.unused.set(group, Math.min(this.unused.get(group) ?? most, most));
  }

  /**
   * Marks a free block as used and returns it: `wanted` if it is free, else the first one in its group or a later one.
   */
  async take(wanted: number): Promise<number> {
    const { geometry } = this.opening.volume;
    const home = groupOfBlock(geometry, wanted);
    for (let i = 0; i < geometry.groupCount; i++) {
      const group = (home + i) % geometry.groupCount;
      const start = groupFirstBlock(geometry, group);
      const { bytes } = await this.blockMap(group);
      const clusters = groupClusters(geometry, group);
      this.spend(clusters);
      for (let bit = group === home ? wanted - start : 0; bit < clusters; bit++) {
        if (((bytes[bit >> 3]! >> (bit & 7)) & 1) !== 0) continue;
        await this.mark(start + bit, 1, true);
        return start + bit;
      }
    }
    throw new Unreplayable('there is no block left for what they make');
  }

  /** Writes the descriptors and totals for all marked blocks. */
  async finish(): Promise<void> {
    const touched = new Set([...this.blockMaps.keys(), ...this.inodeMaps.keys()]);
    for (const group of touched) await this.writeDescriptor(group);
    await this.writeTotals();
  }

  private async writeDescriptor(group: number): Promise<void> {
    const { volume, groups, superBlock } = this.opening;
    const { geometry } = volume;
    const { descPerBlock, descSize, features } = geometry;
    const view = await this.held.edit(descriptorBlock(geometry, superBlock, Math.floor(group / descPerBlock)));
    const at = (group % descPerBlock) * descSize;
    const wide = features['64bit'] && descSize >= 64;
    const d = groupDesc;
    const put = (low: { offset: number }, high: { offset: number }, value: number) => {
      view.setUint16(at + low.offset, value & 0xffff, true);
      if (wide) view.setUint16(at + high.offset, value >>> 16, true);
    };
    const blocks = this.blockMaps.get(group);
    const inodes = this.inodeMaps.get(group);
    if (blocks !== undefined) {
      groups.freeBlocks[group]! += blocks.freed;
      put(d.bg_free_blocks_count_lo, d.bg_free_blocks_count_hi, groups.freeBlocks[group]!);
      if (features.metadata_csum)
        put(d.bg_block_bitmap_csum_lo, d.bg_block_bitmap_csum_hi, this.sum(blocks.bytes, geometry.clustersPerGroup));
    }
    if (inodes !== undefined) {
      groups.freeInodes[group]! += inodes.freed;
      put(d.bg_free_inodes_count_lo, d.bg_free_inodes_count_hi, groups.freeInodes[group]!);
      if (features.metadata_csum)
        put(d.bg_inode_bitmap_csum_lo, d.bg_inode_bitmap_csum_hi, this.sum(inodes.bytes, geometry.inodesPerGroup));
      const unused = this.unused.get(group);
      if (unused !== undefined) put(d.bg_itable_unused_lo, d.bg_itable_unused_hi, unused);
    }
    const flags = this.flags.get(group);
    if (flags !== undefined) view.setUint16(at + d.bg_flags.offset, flags, true);
    if (features.groupChecksums) {
      const desc = new Uint8Array(view.buffer, view.byteOffset + at, descSize);
      view.setUint16(at + d.bg_checksum.offset, descriptorChecksum(geometry, group, desc), true);
    }
  }

  private async writeTotals(): Promise<void> {
    const { volume, groups } = this.opening;
    const { blockSize, features } = volume.geometry;
    const view = await this.held.edit(Math.floor(superblockOffset / blockSize));
    const at = superblockOffset % blockSize;
    const total = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);
    const blocks = total(groups.freeBlocks);
    const s = superblock;
    view.setUint32(at + s.s_free_blocks_count_lo.offset, blocks % 2 ** 32, true);
    if (features['64bit']) view.setUint32(at + s.s_free_blocks_count_hi.offset, Math.floor(blocks / 2 ** 32), true);
    view.setUint32(at + s.s_free_inodes_count.offset, total(groups.freeInodes) % 2 ** 32, true);
    if (features.metadata_csum)
      view.setUint32(at + s.s_checksum.offset, crc32c(crcStart, bytesOf(view), at, at + s.s_checksum.offset), true);
  }
}

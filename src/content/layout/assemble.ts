/** Joins fixed structures, claims and the bitmap on disk to runs that cover the file system without gaps. */
import type { Bits } from '../../bytes/bits';
import { type LayoutFacts, type LayoutRole, layoutRoles } from '../../problem/layout';
import type { Geometry } from '../../volume/geometry';
import type { RunList } from './runs';
import { inodeOf, overlay, ownerOf, type Runs, RunWriter, roleNumber, roleOf } from './runs';

/** Most sections with sums of their own. */
const maxSections = 4096;
/** Clusters that are counted together where a gap is all free or all in use. */
const stride = 4096;
const free = roleNumber('free');
const unowned = roleNumber('unowned');

/** The number of blocks of each role in each section of the file system. */
export class SectionSums {
  readonly sectionBlocks: number;
  private readonly sums: Float64Array;
  private readonly sections: number;

  constructor(private readonly geometry: Geometry) {
    const { groupCount, blocksPerGroup } = geometry;
    const groups = Math.ceil(groupCount / maxSections);
    this.sectionBlocks = groups * blocksPerGroup;
    this.sections = Math.ceil(groupCount / groups);
    this.sums = new Float64Array(this.sections * layoutRoles.length);
  }

  add(first: number, count: number, role: number): void {
    const { firstDataBlock } = this.geometry;
    const end = first + count;
    for (let at = Math.max(first, firstDataBlock); at < end; ) {
      const section = Math.floor((at - firstDataBlock) / this.sectionBlocks);
      if (section >= this.sections) return;
      const stop = Math.min(end, firstDataBlock + (section + 1) * this.sectionBlocks);
      this.sums[section * layoutRoles.length + role]! += stop - at;
      at = stop;
    }
  }

  /** A run for each role of each section; what is claimed more than once does not make a section larger. */
  write(bits: Bits, writer: RunWriter): void {
    const { firstDataBlock, blocksCount, clusterRatio } = this.geometry;
    for (let section = 0; section < this.sections; section++) {
      const first = firstDataBlock + section * this.sectionBlocks;
      const end = Math.min(first + this.sectionBlocks, blocksCount);
      let at = first;
      const put = (count: number, role: number) => {
        const some = Math.min(count, end - at);
        writer.add(at, some, ownerOf(role, 0));
        at += some;
      };
      for (let role = 0; role < layoutRoles.length; role++)
        if (role !== free && role !== unowned) put(this.sums[section * layoutRoles.length + role]!, role);
      const clusters = Math.ceil((end - first) / clusterRatio);
      const from = Math.floor(first / clusterRatio);
      put((clusters - bits.count(from, from + clusters)) * clusterRatio, free);
      put(end - at, unowned);
    }
  }
}

/** The parts of a gap, free or not by the bitmap. */
function fillGap(bits: Bits, ratio: number, from: number, to: number, writer: RunWriter, most: number): void {
  for (let at = from; at < to && writer.length < most; ) {
    const cluster = Math.floor(at / ratio);
    const many = Math.min(cluster + stride, Math.ceil(to / ratio)) - cluster;
    const used = bits.count(cluster, cluster + many);
    const whole = used === 0 || used === many ? many : 1;
    const isUsed = whole === 1 ? bits.test(cluster) : used > 0;
    if (whole > 1 || many === 1) {
      const end = Math.min(to, (cluster + whole) * ratio);
      writer.add(at, end - at, isUsed ? unowned : free);
      at = end;
      continue;
    }
    for (let i = 0; i < many && at < to; i++) {
      const end = Math.min(to, (cluster + i + 1) * ratio);
      writer.add(at, end - at, bits.test(cluster + i) ? unowned : free);
      at = end;
    }
  }
}

/** Runs over all blocks; null if there would be `most` of them. */
function cover(geometry: Geometry, fixed: Runs, claims: Runs, bits: Bits, most: number): RunWriter | null {
  const writer = new RunWriter(fixed.length + claims.length + 1);
  let at = geometry.firstDataBlock;
  const gap = (to: number) => {
    if (to > at) fillGap(bits, geometry.clusterRatio, at, to, writer, most);
  };
  overlay(fixed, claims, (first, count, owner) => {
    gap(first);
    writer.add(first, count, owner);
    at = first + count;
  });
  gap(geometry.blocksCount);
  return writer.length < most ? writer : null;
}

export interface Collected {
  geometry: Geometry;
  fixed: RunList;
  claims: RunList;
  sections: SectionSums;
  /** The block bitmap on disk, by clusters. */
  bits: Bits;
  complete: boolean;
}

/** The layout without marks, of at most `most` runs. */
export function assembleLayout(
  { geometry, fixed, claims, sections, bits, complete }: Collected,
  most: number,
): LayoutFacts {
  const { blockSize, firstDataBlock, blocksCount, blocksPerGroup } = geometry;
  let written = fixed.full || claims.full ? null : cover(geometry, fixed.finish(), claims.finish(), bits, most);
  let detail: LayoutFacts['detail'] = fixed.joined || claims.joined ? 'roles' : 'inodes';
  if (written === null) {
    detail = 'sums';
    if (fixed.full || claims.full) {
      fixed.spill();
      claims.spill();
    } else overlay(fixed.finish(), claims.finish(), (first, count, owner) => sections.add(first, count, roleOf(owner)));
    written = new RunWriter();
    sections.write(bits, written);
  }
  const runs = written.view();
  const sums = Object.fromEntries(layoutRoles.map((role) => [role, 0])) as Record<LayoutRole, number>;
  for (let i = 0; i < runs.length; i++) sums[layoutRoles[roleOf(runs.owner[i]!)]!] += runs.count[i]!;
  return {
    blockSize,
    firstBlock: firstDataBlock,
    blocks: blocksCount,
    blocksPerGroup,
    roles: layoutRoles,
    runs: {
      count: Array.from(runs.count),
      role: Array.from(runs.owner, roleOf),
      inode: Array.from(runs.owner, inodeOf),
    },
    detail,
    ...(detail === 'sums' && { sectionBlocks: sections.sectionBlocks }),
    complete,
    sums,
    marks: [],
    markCount: 0,
  };
}

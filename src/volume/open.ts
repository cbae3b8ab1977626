/** Finds the usable superblock: the primary one or, where it or its descriptors are destroyed, a backup. */

import { makeBits } from '../bytes/bits';
import { superblockOffset, superblockSize } from '../layout/superblock';
import { type ByteSource, SourceError } from '../source/source';
import { DescriptorRuns, type Geometry, groupFirstBlock, groupHead, groupLastBlock, readGeometry } from './geometry';
import { type Groups, readGroups } from './groups';
import { type OpenFailure, openFailure } from './validity';
import { type ReadFault, Volume } from './volume';

/** The first error in a set of descriptors: a structure at an impossible place, or on top of another. */
export interface DescriptorFault {
  group: number;
  what: 'block bitmap' | 'inode bitmap' | 'inode table' | 'descriptor size';
  block: number;
}

export interface Opening {
  volume: Volume;
  groups: Groups;
  /** Block of the superblock in use. */
  superBlock: number;
  backup: boolean;
  /** Whether the superblock passes only the lenient tests. */
  lenient: boolean;
}

export interface OpenResult {
  /** Null when no superblock can be used. */
  opening: Opening | null;
  /** Why the primary superblock could not be used; or that it has unknown optional features, with which it is used. */
  primary: OpenFailure | null;
  /** Why the primary descriptors could not be used. */
  descriptors: DescriptorFault | null;
  /** The primary superblock as read, valid or not. */
  geometry: Geometry | null;
  /** A superblock that passes the opening tests but has counts that are impossible for an image of this size. */
  overstated: Geometry | null;
  /** Whether bytes that were needed could not be read, so that their content is unknown. */
  unreadable: boolean;
  /** The unreadable ranges. */
  faults: ReadFault[];
}

interface Candidate {
  geometry: Geometry;
  failure: OpenFailure | null;
}

/** File systems with more groups are refused: some 800 MiB of columns, and 2 PiB with blocks of 4 KiB. */
const maxGroups = 2 ** 24;
/** The limit of typed arrays with two bytes per inode in Node 20. */
const maxInodes = 2 ** 31 - 1;

/**
 * Whether the memory for maps of all blocks, groups and inodes is in proportion to the size of the image. Truncated
 * images get some extra.
 */
function isPlausible(geometry: Geometry, source: ByteSource): boolean {
  const room = Math.max(64 * 1024 * 1024, source.size);
  // a lenient reader accepts tables whose sum is not the number of inodes
  const inodes = Math.max(geometry.inodesCount, geometry.groupCount * geometry.inodesPerGroup);
  return (
    geometry.blocksCount <= Math.max(2 ** 29, room / 64) &&
    geometry.groupCount <= maxGroups &&
    inodes <= Math.min(room / 8, maxInodes)
  );
}

/** Groups with backups in a file system with sparse_super, in the order in which they are tried. */
function* backupGroups(limit: number): Generator<number> {
  yield 1;
  let [three, five, seven] = [3, 5, 7];
  for (;;) {
    const next = Math.min(three, five, seven);
    if (next > limit) return;
    yield next;
    if (three === next) three *= 3;
    if (five === next) five *= 5;
    if (seven === next) seven *= 7;
  }
}

/** The first descriptor with a place out of bounds or a block that is already in use; null when all are plausible. */
export function descriptorFault(geometry: Geometry, groups: Groups): DescriptorFault | null {
  const { descSize, inodeTableBlocks } = geometry;
  if (descSize === 0 || (descSize & (descSize - 1)) !== 0) return { group: 0, what: 'descriptor size', block: 0 };
  const taken = makeBits(geometry.blocksCount);
  // where the first cluster includes the boot block, it also includes the superblock
  if (geometry.blockSize === 1024 && geometry.clusterRatio > 1) taken.set(0);
  const descriptors = new DescriptorRuns();
  for (let group = 0; group < groups.count; group++) {
    const head = groupHead(geometry, group);
    if (head.superBlock >= 0) taken.set(head.superBlock);
    descriptors.add(head, (block, count) => taken.setRange(block, count));
    if (head.metaDescriptor >= 0) taken.set(head.metaDescriptor);
  }
  let first = geometry.firstDataBlock;
  let last = geometry.blocksCount - 1;
  for (let group = 0; group < groups.count; group++) {
    if (!geometry.features.flex_bg) {
      first = groupFirstBlock(geometry, group);
      last = groupLastBlock(geometry, group);
    }
    const single = (block: number) => block >= first && block <= last && !taken.testAndSet(block);
    const blockBitmap = groups.blockBitmap[group]!;
    if (!single(blockBitmap)) return { group, what: 'block bitmap', block: blockBitmap };
    const inodeBitmap = groups.inodeBitmap[group]!;
    if (!single(inodeBitmap)) return { group, what: 'inode bitmap', block: inodeBitmap };
    const table = groups.inodeTable[group]!;
    if (table < first || table + inodeTableBlocks - 1 > last || taken.anyInRange(table, inodeTableBlocks))
      return { group, what: 'inode table', block: table };
    taken.setRange(table, inodeTableBlocks);
  }
  return null;
}

class Opener {
  unreadable = false;
  readonly faults: ReadFault[] = [];

  private note(fault: ReadFault): void {
    this.unreadable = true;
    const { at, length } = fault;
    if (!this.faults.some((known) => known.at === at && known.length === length)) this.faults.push(fault);
  }

  constructor(
    private readonly source: ByteSource,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async superblockAt(offset: number, lenient = false): Promise<Candidate | null> {
    if (offset + superblockSize > this.source.size) return null;
    const bytes = new Uint8Array(superblockSize);
    this.signal?.throwIfAborted();
    try {
      if ((await this.source.read(offset, bytes)) < superblockSize) return null;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.note({ at: offset, length: superblockSize, message: error.message });
      return null;
    }
    const geometry = readGeometry(new DataView(bytes.buffer), 0);
    return { geometry, failure: openFailure(geometry, bytes, lenient) };
  }

  /**
   * Opens the file system of the superblock in `superBlock`; null when its descriptors are unreadable or its counts
   * implausible.
   */
  async open(geometry: Geometry, superBlock: number, lenient: boolean): Promise<Opening | null> {
    const tableBytes = geometry.groupCount * geometry.descSize;
    if (!(tableBytes <= this.source.size) || !isPlausible(geometry, this.source)) return null;
    const volume = new Volume(this.source, geometry, this.signal);
    const groups = await readGroups(volume, superBlock);
    if (groups.unreadable.length > 0) {
      for (const fault of volume.faults) this.note(fault);
      return null;
    }
    return { volume, groups, superBlock, backup: superBlock !== geometry.firstDataBlock, lenient };
  }

  /** The first backup that opens. A known geometry gives its position; without one every block size is tried. */
  async backup(known: Geometry | null): Promise<Opening | null> {
    const sizes = known ? [known.blockSize] : [1024, 2048, 4096, 8192, 16384, 32768, 65536];
    for (const blockSize of sizes) {
      // with bigalloc, groups start at block 0 even with blocks of 1 KiB
      const firstDataBlock = blockSize === 1024 && known?.firstDataBlock !== 0 ? 1 : 0;
      const perGroup = known ? known.blocksPerGroup : blockSize * 8;
      for (const group of backupGroups(Math.floor(this.source.size / blockSize / perGroup))) {
        const block = firstDataBlock + group * perGroup;
        const found = await this.superblockAt(block * blockSize);
        if (!found || found.geometry.blockSize !== blockSize || found.failure) continue;
        const opening = await this.open(found.geometry, block, false);
        if (opening) return opening;
      }
    }
    return null;
  }
}

/** Opens the file system in `source`. Never throws on content; the result lists what was skipped. */
export async function openFileSystem(source: ByteSource, signal?: AbortSignal): Promise<OpenResult> {
  const opener = new Opener(source, signal);
  const result: OpenResult = {
    opening: null,
    primary: null,
    descriptors: null,
    geometry: null,
    overstated: null,
    unreadable: false,
    faults: [],
  };
  const primary = await opener.superblockAt(superblockOffset);
  result.geometry = primary?.geometry ?? null;
  result.primary = primary ? primary.failure : { kind: 'magic', detail: 'there is no superblock to read' };
  const finish = (opening: Opening | null): OpenResult => {
    result.opening = opening;
    result.unreadable = opener.unreadable;
    result.faults = opener.faults;
    opening?.volume.faults.unshift(...opener.faults);
    return result;
  };

  // the descriptors of a readable superblock must be valid too; a backup set replaces invalid ones
  const settle = async (geometry: Geometry, lenient: boolean): Promise<Opening | null> => {
    const opening = await opener.open(geometry, geometry.firstDataBlock, lenient);
    if (!opening) {
      if (!isPlausible(geometry, source)) result.overstated = geometry;
      // unreadable descriptors are replaced like invalid ones
      return opener.unreadable ? opener.backup(geometry) : null;
    }
    result.descriptors = descriptorFault(geometry, opening.groups);
    if (!result.descriptors || geometry.groupCount === 1) return opening;
    return (await opener.backup(geometry)) ?? opening;
  };

  // features that older programs may ignore do not change how anything is read
  if (primary && (!primary.failure || primary.failure.kind === 'optional-feature')) {
    const opening = await settle(primary.geometry, false);
    if (!opening) result.primary = { kind: 'descriptors', detail: 'the group descriptors are outside the image' };
    return finish(opening);
  }
  if (['checksum-type', 'revision', 'feature'].includes(result.primary!.kind)) return finish(null);
  if (result.primary!.kind !== 'desc-size') {
    const opening = await opener.backup(null);
    if (opening) return finish(opening);
  }
  const again = await opener.superblockAt(superblockOffset, true);
  return finish(again && !again.failure ? await settle(again.geometry, true) : null);
}

/** Finds the superblock to work with: the primary one or, where it or its descriptors are destroyed, a backup. */

import { makeBits } from '../bytes/bits';
import { superblockOffset, superblockSize } from '../layout/superblock';
import { type ByteSource, SourceError } from '../source/source';
import { DescriptorRuns, type Geometry, groupFirstBlock, groupHead, groupLastBlock, readGeometry } from './geometry';
import { type Groups, readGroups } from './groups';
import { type OpenFailure, openFailure } from './validity';
import { type ReadFault, Volume } from './volume';

/** The first thing wrong with a set of descriptors: a structure outside its place, or on top of another. */
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
  /** The superblock fails tests that only a lenient reader forgives. */
  lenient: boolean;
}

export interface OpenResult {
  /** Null when no superblock can be used. */
  opening: Opening | null;
  /** What lies behind a superblock with optional features that are not known, of which only the journal is looked at. */
  unjudged: Opening | null;
  /** Why the primary superblock could not be used. */
  primary: OpenFailure | null;
  /** Why the primary descriptors could not be used. */
  descriptors: DescriptorFault | null;
  /** The primary superblock as read, whatever it is worth. */
  geometry: Geometry | null;
  /** A superblock that passes the tests of opening and counts more than an image of this size can hold. */
  overstated: Geometry | null;
  /** Bytes that were looked at are unreadable, so nothing can be said about them. */
  unreadable: boolean;
  /** Where these lie. */
  faults: ReadFault[];
}

interface Candidate {
  geometry: Geometry;
  failure: OpenFailure | null;
}

/** More groups than this are refused: some 800 MiB of columns, and 2 PiB with blocks of 4 KiB. */
const maxGroups = 2 ** 24;
/** Typed arrays of two bytes for each inode end here in Node 20. */
const maxInodes = 2 ** 31 - 1;

/**
 * Whether the memory for maps of all blocks, groups and inodes stays in proportion to the image: what they take must not
 * outgrow what the image itself does. Cut-off images get some room.
 */
function isPlausible(geometry: Geometry, source: ByteSource): boolean {
  const room = Math.max(64 * 1024 * 1024, source.size);
  // a lenient reader takes tables whose sum is not the number of inodes
  const inodes = Math.max(geometry.inodesCount, geometry.groupCount * geometry.inodesPerGroup);
  return (
    geometry.blocksCount <= Math.max(2 ** 29, room / 64) &&
    geometry.groupCount <= maxGroups &&
    inodes <= Math.min(room / 8, maxInodes)
  );
}

/** Groups that hold backups in a file system with sparse_super, in the order they are tried. */
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

/** The first descriptor that points out of bounds or at a block that already has a use; null when all are plausible. */
export function descriptorFault(geometry: Geometry, groups: Groups): DescriptorFault | null {
  const { descSize, inodeTableBlocks } = geometry;
  if (descSize === 0 || (descSize & (descSize - 1)) !== 0) return { group: 0, what: 'descriptor size', block: 0 };
  const taken = makeBits(geometry.blocksCount);
  // where clusters begin with the boot block, it shares the first of them with the superblock
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

  /** Opens behind the superblock in `superBlock`; null when its descriptors cannot be read or its claims not be held. */
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

  /** The first backup that opens. A known geometry says where to look; without one every block size is tried. */
  async backup(known: Geometry | null): Promise<Opening | null> {
    const sizes = known ? [known.blockSize] : [1024, 2048, 4096, 8192, 16384, 32768, 65536];
    for (const blockSize of sizes) {
      // with bigalloc, groups are counted from block 0 even where blocks have 1 KiB
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

/** Opens the file system in `source`. Never throws on content; reports through the result what it had to pass over. */
export async function openFileSystem(source: ByteSource, signal?: AbortSignal): Promise<OpenResult> {
  const opener = new Opener(source, signal);
  const result: OpenResult = {
    opening: null,
    unjudged: null,
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

  // the descriptors behind a readable superblock must make sense too; a backup set replaces those that do not
  const settle = async (geometry: Geometry, lenient: boolean): Promise<Opening | null> => {
    const opening = await opener.open(geometry, geometry.firstDataBlock, lenient);
    if (!opening) {
      if (!isPlausible(geometry, source)) result.overstated = geometry;
      // descriptors that the medium will not give are replaced like those that make no sense
      return opener.unreadable ? opener.backup(geometry) : null;
    }
    result.descriptors = descriptorFault(geometry, opening.groups);
    if (!result.descriptors || geometry.groupCount === 1) return opening;
    return (await opener.backup(geometry)) ?? opening;
  };

  if (primary?.failure?.kind === 'optional-feature') {
    // nothing is checked by rules that are not known, but where the descriptors are destroyed a backup without the
    // feature is as good as any other
    const opening = await settle(primary.geometry, false);
    if (opening?.backup === false) result.unjudged = opening;
    return finish(opening?.backup ? opening : null);
  }
  if (primary && !primary.failure) {
    const opening = await settle(primary.geometry, false);
    if (!opening) result.primary = { kind: 'descriptors', detail: 'the group descriptors lie outside the image' };
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

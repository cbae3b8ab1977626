/** Finds the usable superblock: the primary one or, where it or its descriptors are destroyed, a backup. */
import { superblockOffset, superblockSize } from '../layout/superblock';
import type { StartFacts } from '../problem/start';
import { sliceSource } from '../source/slice';
import { type ByteSource, SourceError } from '../source/source';
import { backupKind, backupPlaces } from './backups';
import { type DescriptorFault, descriptorFault } from './descriptor-fault';
import { type Geometry, readGeometry } from './geometry';
import { type Groups, readGroups } from './groups';
import { isPlausible } from './plausible';
import { hasRootDirectory } from './root';
import { type OpenFailure, openFailure } from './validity';
import { type ReadFault, Volume } from './volume';

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
  /** What is at the start instead of a file system, or was written over it; null if nothing else was recognized. */
  start: StartFacts | null;
}

interface Candidate {
  geometry: Geometry;
  failure: OpenFailure | null;
}

const sectorSize = 512;

function candidateIn(bytes: Uint8Array, lenient: boolean): Candidate {
  const geometry = readGeometry(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
  return { geometry, failure: openFailure(geometry, bytes, lenient) };
}

class Opener {
  /** Bytes that were needed could not be read. */
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

  /** Bytes from `at`; null where the source ends before, or where they cannot be read, which is noted if `isLast`. */
  private async bytes(at: number, length: number, isLast = true): Promise<Uint8Array | null> {
    if (at + length > this.source.size) return null;
    const bytes = new Uint8Array(length);
    this.signal?.throwIfAborted();
    try {
      return (await this.source.read(at, bytes)) < length ? null : bytes;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (isLast) this.note({ at, length, message: error.message });
      return null;
    }
  }

  async superblockAt(offset: number, lenient = false): Promise<Candidate | null> {
    const bytes = await this.bytes(offset, superblockSize);
    return bytes && candidateIn(bytes, lenient);
  }

  /** The primary superblock, and whether the first sector ends like that of a boot loader or a partition table. */
  async start(): Promise<{ primary: Candidate | null; hasBootSignature: boolean }> {
    const bytes = await this.bytes(0, superblockOffset + superblockSize, false);
    // one of two bad sectors must not hide the other one
    const primary = bytes
      ? candidateIn(bytes.subarray(superblockOffset), false)
      : await this.superblockAt(superblockOffset);
    const sector = bytes ?? (await this.bytes(0, sectorSize));
    return { primary, hasBootSignature: sector?.[510] === 0x55 && sector[511] === 0xaa };
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
    for (const { block, blockSize } of backupPlaces(this.source.size, known)) {
      const found = await this.superblockAt(block * blockSize);
      if (!found || found.geometry.blockSize !== blockSize || found.failure) continue;
      const kind = backupKind(found.geometry, block);
      if (kind === 'foreign') continue;
      const opening = await this.open(found.geometry, block, false);
      if (opening === null) continue;
      if (kind === 'numbered' || isSameFileSystem(known, found.geometry) || (await this.startsAtByte0(opening)))
        return opening;
    }
    return null;
  }

  /**
   * Whether a superblock without the number of its group is a backup of the file system at byte 0, and not the primary
   * superblock of one that starts 1024 bytes before it: only one of them leads to a root directory.
   */
  private async startsAtByte0(opening: Opening): Promise<boolean> {
    if (!(await hasRootDirectory(opening))) return false;
    const { geometry } = opening.volume;
    const start = opening.superBlock * geometry.blockSize - superblockOffset;
    const there = new Opener(sliceSource(this.source, start), this.signal);
    const other = await there.open(geometry, geometry.firstDataBlock, false);
    return other === null || !(await hasRootDirectory(other));
  }
}

const isSameFileSystem = (a: Geometry | null, b: Geometry): boolean =>
  a?.sb.s_uuid.every((byte, i) => byte === b.sb.s_uuid[i]) === true;

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
    start: null,
  };
  const { primary, hasBootSignature } = await opener.start();
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
    if (hasBootSignature) {
      const { diskOver } = await import('./start/decide');
      result.start = await diskOver(source, primary.geometry);
      if (result.start !== null) return finish(null);
    }
    const opening = await settle(primary.geometry, false);
    if (!opening) result.primary = { kind: 'descriptors', detail: 'the group descriptors are outside the image' };
    return finish(opening);
  }
  const { kind } = result.primary!;
  if (kind === 'checksum-type' || kind === 'revision' || kind === 'feature') return finish(null);
  if (kind !== 'desc-size') {
    const { withoutPrimary } = await import('./start/decide');
    if (kind === 'checksum') {
      const { superblockBit } = await import('./flipped-bit');
      const bit = await superblockBit(source);
      if (bit !== null) result.primary = { kind, detail: `${result.primary!.detail}: ${bit}` };
    }
    const { start, opening } = await withoutPrimary(source, kind === 'magic', () => opener.backup(null));
    result.start = start;
    if (opening || start?.claims) return finish(opening);
  }
  const again = await opener.superblockAt(superblockOffset, true);
  return finish(again && !again.failure ? await settle(again.geometry, true) : null);
}

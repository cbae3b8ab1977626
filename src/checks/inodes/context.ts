/** What the themes of the inode pass work with; they change only `facts`. */
import { GrowableF64 } from '../../bytes/growable';
import type { DiskBitmaps, ScanFacts } from '../../facts/scan';
import type { ReportFinding } from '../../problem/collector';
import type { Geometry } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import type { SystemDataReader } from '../../volume/system-data';
import type { Volume } from '../../volume/volume';

export interface InodeScan {
  readonly geometry: Geometry;
  readonly volume: Volume;
  readonly groups: Groups;
  readonly disk: DiskBitmaps;
  readonly facts: ScanFacts;
  /** Counts references of attributes to inodes: those of the facts, except while an inode is only tested. */
  readonly valueReferences: Map<number, number>;
  readonly report: ReportFinding;
  readonly systemData: SystemDataReader;
  /** Whether ordinary inodes may take the fast path. Off only in tests, which compare the two paths. */
  readonly fastPath: boolean;
}

/** Indirect blocks of zeros that are kept of one inode; only a map that repeats blocks has more. */
export const mostZeroMaps = 2 ** 20;

/** Indirect blocks that contain only zeros. */
export class ZeroMaps {
  /** Block, level and first logical block of each. */
  private readonly numbers = new GrowableF64();

  get length(): number {
    return this.numbers.length / 3;
  }

  add(block: number, level: number, logical: number): void {
    if (this.length >= mostZeroMaps) return;
    this.numbers.push(block);
    this.numbers.push(level);
    this.numbers.push(logical);
  }

  at(i: number): { block: number; level: number; logical: number } {
    const { numbers } = this;
    return { block: numbers.get(i * 3), level: numbers.get(i * 3 + 1), logical: numbers.get(i * 3 + 2) };
  }

  clear(): void {
    this.numbers.clear();
  }
}

/** Sums over the mapping of one inode, judged at its end. Reused for every inode. */
export class Tally {
  /** Blocks (with bigalloc, clusters) in use: data, mapping and attribute blocks. */
  blocks = 0;
  lastBlock = -1;
  /** Last logical block that was written. */
  lastWritten = -1;
  /** Last logical block of a directory that was queued for the directory pass. */
  lastQueued = -1;
  /** The last claimed block: with bigalloc, neighbours in one cluster count once. */
  previous = 0;
  /** Mappings that were skipped as wrong. */
  illegal = 0;
  /** Indirect blocks that contain only zeros. */
  readonly zeroMaps = new ZeroMaps();
  /** Clusters of attribute values in other inodes that are charged to this one. */
  valueClusters = 0;
  /** Number of references to these inodes. */
  valueInodes = 0;

  /** Clusters of such values whose size is not what the attribute says. */
  misfitClusters = 0;

  reset(): void {
    this.blocks = 0;
    this.lastBlock = -1;
    this.lastWritten = -1;
    this.lastQueued = -1;
    this.previous = 0;
    this.illegal = 0;
    this.zeroMaps.clear();
    this.valueClusters = 0;
    this.valueInodes = 0;
    this.misfitClusters = 0;
  }
}

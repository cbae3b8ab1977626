/** What the themes of the inode pass work with; everything but `facts` is read-only to them. */
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
  /** Where references of attributes to inodes are counted: those of the facts, except where an inode is only tried. */
  readonly valueReferences: Map<number, number>;
  readonly report: ReportFinding;
  readonly systemData: SystemDataReader;
  /** Whether ordinary inodes may go the fast path. Off in tests only, which compare the two paths. */
  readonly fastPath: boolean;
}

/** What one inode's mapping adds up to; filled by the walkers, judged at the end. Reused from inode to inode. */
export class Tally {
  /** Blocks (with bigalloc, clusters) in use: data, mapping and attribute blocks. */
  blocks = 0;
  /** Last logical block mapped, -1 for none. */
  lastBlock = -1;
  /** The same, counting only blocks that were written. */
  lastWritten = -1;
  /** Last logical block of a directory that was queued for the directory pass. */
  lastQueued = -1;
  /** Block claimed just before: with bigalloc, neighbours in one cluster count once. */
  previous = 0;
  /** Mappings that were skipped as wrong. */
  illegal = 0;
  /** Clusters of attribute values in other inodes that are charged to this one. */
  valueClusters = 0;
  /** Those inodes, each reference counted. */
  valueInodes = 0;

  reset(): void {
    this.blocks = 0;
    this.lastBlock = -1;
    this.lastWritten = -1;
    this.lastQueued = -1;
    this.previous = 0;
    this.illegal = 0;
    this.valueClusters = 0;
    this.valueInodes = 0;
  }
}

/** What the directory pass works with and finds out beyond the facts it is given. */

import type { ScanFacts } from '../../facts/scan';
import type { ReportFinding } from '../../problem/collector';
import type { Harm } from '../../problem/report';
import type { Geometry } from '../../volume/geometry';
import type { Groups } from '../../volume/groups';
import type { Volume } from '../../volume/volume';

export interface DirectoryScan {
  readonly geometry: Geometry;
  readonly volume: Volume;
  readonly groups: Groups;
  readonly facts: ScanFacts;
  readonly report: ReportFinding;
  /** Inodes with the bad mark that an entry names: inode to the first directory that does. */
  readonly badNamed: Map<number, number>;
  /** Entries that name inodes of a part of the table that was not read: their type is looked up afterwards. */
  readonly unread: UnreadTarget[];
  /** Entries whose target is gone or not what they say: for the list of affected paths. */
  readonly lostEntries: LostEntries;
}

export interface UnreadTarget {
  directory: number;
  block: number;
  name: string;
  target: number;
  stored: number;
}

export interface LostEntry {
  directory: number;
  name: string;
  how: Harm;
}

/** Lost entries up to a bound, and how many there were in all. */
export class LostEntries {
  readonly kept: LostEntry[] = [];
  count = 0;

  constructor(private readonly limit: number) {}

  add(directory: number, name: string, how: Harm): void {
    // nothing can be lost under a name that leads nowhere else
    if (name === '' || name === '.' || name === '..') return;
    this.count++;
    if (this.kept.length < this.limit) this.kept.push({ directory, name, how });
  }
}

/** The input of the directory pass, and its results besides the facts. */

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
  /** Inodes with the bad mark that have a name: inode to the first directory with an entry for it. */
  readonly badNamed: Map<number, number>;
  /** Inodes that attributes use as values and an entry names: inode to the first directory that does. */
  readonly namedValues: Map<number, number>;
  /** Entries that refer to unread inodes: their type is read afterwards. */
  readonly unread: UnreadTarget[];
  /** Entries with a missing target or a wrong type: for the list of affected paths. */
  readonly lostEntries: LostEntries;
}

/** A scan in which no entry was read yet. */
export const newDirectoryScan = (
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  report: ReportFinding,
  lostEntries: LostEntries,
): DirectoryScan => ({
  geometry: volume.geometry,
  volume,
  groups,
  facts,
  report,
  badNamed: new Map(),
  namedValues: new Map(),
  unread: [],
  lostEntries,
});

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

/** The first lost entries, and the number of all. */
export class LostEntries {
  readonly kept: LostEntry[] = [];
  count = 0;

  constructor(private readonly limit: number) {}

  add(directory: number, name: string, how: Harm): void {
    // these names lead to no other file
    if (name === '' || name === '.' || name === '..') return;
    this.count++;
    if (this.kept.length < this.limit) this.kept.push({ directory, name, how });
  }
}

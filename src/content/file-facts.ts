/** The facts about regular files that a manifest needs, stored when their inodes are read for the reading order. */
import { inode } from '../layout/inode';
import { gidOf, type InodeRecord, modifiedOf, type Timestamp, uidOf } from '../view/stat';
import type { Geometry } from '../volume/geometry';
import type { WantedList } from './wanted';

/** The facts about one file: the part of `FileStat` that a manifest contains. */
export interface FileFacts {
  mode: number;
  uid: number;
  gid: number;
  modified: Timestamp;
  size: number;
}

export const factsOf = (geometry: Geometry, record: InodeRecord): FileFacts => ({
  mode: inode.i_mode(record.view, 0),
  uid: uidOf(record),
  gid: gidOf(record),
  modified: modifiedOf(geometry, record),
  size: record.size,
});

export class FileFactsTable {
  private readonly modes: Uint16Array;
  private readonly owners: Uint32Array;
  private readonly seconds: Float64Array;
  private readonly nanoseconds: Uint32Array;
  private readonly sizes: Float64Array;
  private readonly known: Uint8Array;

  /** For the inodes of the list. */
  constructor(
    private readonly geometry: Geometry,
    list: WantedList,
  ) {
    const { length } = list.inodes;
    this.modes = new Uint16Array(length);
    this.owners = new Uint32Array(length * 2);
    this.seconds = new Float64Array(length);
    this.nanoseconds = new Uint32Array(length);
    this.sizes = new Float64Array(length);
    this.known = new Uint8Array(length);
  }

  /** Stores the facts about the inode at `index` of the list, if it is a regular file in use. */
  set(index: number, record: InodeRecord): void {
    if (record.type !== 'file' || record.links === 0) return;
    const { mode, uid, gid, modified, size } = factsOf(this.geometry, record);
    this.modes[index] = mode;
    this.owners[2 * index] = uid;
    this.owners[2 * index + 1] = gid;
    this.seconds[index] = modified.seconds;
    this.nanoseconds[index] = modified.nanoseconds;
    this.sizes[index] = size;
    this.known[index] = 1;
  }

  /** The facts at `index` of the list; undefined if there are none, and for -1. */
  get(index: number): FileFacts | undefined {
    if (index < 0 || this.known[index] === 0) return undefined;
    return {
      mode: this.modes[index]!,
      uid: this.owners[2 * index]!,
      gid: this.owners[2 * index + 1]!,
      modified: { seconds: this.seconds[index]!, nanoseconds: this.nanoseconds[index]! },
      size: this.sizes[index]!,
    };
  }
}

/** Hash-indexed directories: the role of each logical block in the tree, filled in while directory blocks are read. */

/** The role of a logical block of an indexed directory. */
export const blockRole = { UNSEEN: 0, ROOT: 1, NODE: 2, LEAF: 3 };

export class IndexDir {
  /** From the root: the hash version, with the file system's signedness applied, and the depth. */
  hashVersion = 0;
  indirectLevels = 0;
  readonly role: Uint8Array;
  readonly parent: Int32Array;
  readonly minHash: Uint32Array;
  readonly maxHash: Uint32Array;
  /** Bounds that the index entry for this block allows. */
  readonly nodeMinHash: Uint32Array;
  readonly nodeMaxHash: Uint32Array;
  readonly flags: Uint8Array;

  /** @param blocks logical blocks of the directory */
  constructor(
    readonly ino: number,
    readonly blocks: number,
  ) {
    this.role = new Uint8Array(blocks);
    this.parent = new Int32Array(blocks);
    this.minHash = new Uint32Array(blocks);
    this.maxHash = new Uint32Array(blocks);
    this.nodeMinHash = new Uint32Array(blocks);
    this.nodeMaxHash = new Uint32Array(blocks);
    this.flags = new Uint8Array(blocks);
  }
}

export const indexFlag = { REFERENCED: 1, TWICE: 2, FIRST: 4, LAST: 8 };

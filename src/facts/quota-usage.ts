/** The space and inodes that each user, group and project uses, counted during the inode pass. */

/** Kind of owner: 0 user, 1 group, 2 project; also the order of the quota files in the superblock. */
export type QuotaType = 0 | 1 | 2;

export interface QuotaAmount {
  /** Bytes. */
  bytes: number;
  inodes: number;
}

export class QuotaUsage {
  private readonly byType: readonly [Map<number, QuotaAmount>, Map<number, QuotaAmount>, Map<number, QuotaAmount>] = [
    new Map(),
    new Map(),
    new Map(),
  ];

  /**
   * Adds the usage of one inode to its owner. Call it once per type for every inode in use that is the root or not
   * reserved, except the project quota file, the orphan file and value inodes of extended attributes.
   *
   * `bytes` is the space that the inode claims: data, mapping blocks and attribute block, in whole clusters, and the
   * value inodes of its attributes, each rounded up to whole clusters. `inodes` is 1 plus the number of those. `id` is
   * the 32-bit owner; for projects i_projid, or 0 where the inode has no such field.
   */
  charge(type: QuotaType, id: number, bytes: number, inodes: number): void {
    const amount = this.byType[type].get(id);
    if (amount === undefined) {
      this.byType[type].set(id, { bytes, inodes });
      return;
    }
    amount.bytes += bytes;
    amount.inodes += inodes;
  }

  /** The usage of each id of one type; ids without any are absent. */
  of(type: QuotaType): ReadonlyMap<number, Readonly<QuotaAmount>> {
    return this.byType[type];
  }
}

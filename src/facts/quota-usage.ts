/** Space and inodes that each user, group and project really uses, gathered while the inodes are scanned. */

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
   * Adds one inode's share to its owner. To be called once for each type for every inode in use that is the root or
   * not reserved, except the project quota file, the orphan file and inodes that hold values of extended attributes.
   *
   * `bytes` is the space the inode claims: its data, its mapping blocks and its attribute block, in whole clusters,
   * plus the inodes that hold values of its attributes, each rounded up to whole clusters. `inodes` is 1 plus the
   * number of those. `id` is the 32-bit owner; for projects that is i_projid, or 0 where the inode has no such field.
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

  /** What each id of one type uses; ids that use nothing are absent. */
  of(type: QuotaType): ReadonlyMap<number, Readonly<QuotaAmount>> {
    return this.byType[type];
  }
}

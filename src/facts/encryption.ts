/** The encryption policy of each inode, as small numbers that are equal when the policies are. */

/** Inodes per page; a page is allocated for its first encrypted inode. */
const pageSize = 4096;

/** Value of `EncryptionPolicies.of` for an inode without a usable policy. */
export const noPolicy = 0;
/** All policies of unknown versions are treated as one. */
const unknownVersion = 1;

export class EncryptionPolicies {
  private readonly pages = new Map<number, Uint32Array>();
  private readonly ids = new Map<string, number>();

  /** Records an inode's policy: all its bytes except the nonce, or null for one of an unknown version. */
  set(ino: number, policy: Uint8Array | null): void {
    const index = Math.floor(ino / pageSize);
    let page = this.pages.get(index);
    if (!page) {
      page = new Uint32Array(pageSize);
      this.pages.set(index, page);
    }
    page[ino % pageSize] = policy === null ? unknownVersion : this.idOf(policy);
  }

  private idOf(policy: Uint8Array): number {
    const key = String.fromCharCode(...policy);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = unknownVersion + 1 + this.ids.size;
      this.ids.set(key, id);
    }
    return id;
  }

  /** The number of an inode's policy; `noPolicy` when it has no usable one. */
  of(ino: number): number {
    return this.pages.get(Math.floor(ino / pageSize))?.[ino % pageSize] ?? noPolicy;
  }
}

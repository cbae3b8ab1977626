/** Which encryption policy each inode goes by, as small numbers that are equal when the policies are. */

/** Inodes whose policies are kept together: a page is made when the first of them is encrypted. */
const pageSize = 4096;

/** What `EncryptionPolicies.of` says of an inode without a usable policy. */
export const noPolicy = 0;
/** All policies of versions that nobody knows count as one. */
const unknownVersion = 1;

export class EncryptionPolicies {
  private readonly pages = new Map<number, Uint32Array>();
  private readonly ids = new Map<string, number>();

  /** Notes an inode's policy: all its bytes but the nonce, or null for one of a version to come. */
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

  /** The number of an inode's policy, `noPolicy` when it has none that can be used. */
  of(ino: number): number {
    return this.pages.get(Math.floor(ino / pageSize))?.[ino % pageSize] ?? noPolicy;
  }
}

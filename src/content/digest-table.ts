/** The digests of many files by inode, as bytes: strings would need five times as much memory. */
import type { ManifestText } from './manifest/write-text';
import { indexIn, type WantedList } from './wanted';

/** The value of a hexadecimal digit in lower case, by its code. */
const digitOf = (code: number): number => (code < 0x60 ? code - 0x30 : code - 0x57);

export class DigestTable {
  private bytes: Uint8Array | null = null;
  private length = 0;
  private readonly known: Uint8Array;

  /** For the inodes of the list, which are in ascending order. */
  constructor(private readonly list: WantedList) {
    this.known = new Uint8Array(list.inodes.length);
  }

  /** Stores a digest in lower-case hexadecimal; all have the same length. */
  set(inode: number, digest: string): void {
    const index = indexIn(this.list, inode);
    if (index < 0) return;
    const length = digest.length >> 1;
    this.length = length;
    this.bytes ??= new Uint8Array(length * this.list.inodes.length);
    const { bytes } = this;
    const to = index * length;
    for (let i = 0; i < length; i++)
      bytes[to + i] = (digitOf(digest.charCodeAt(2 * i)) << 4) | digitOf(digest.charCodeAt(2 * i + 1));
    this.known[index] = 1;
  }

  /** Whether the digest of the inode at `index` of the list is known; false for -1. */
  has(index: number): boolean {
    return index >= 0 && this.known[index] !== 0;
  }

  /** Adds the digest at `index`, which must be known, in hexadecimal. */
  addTo(text: ManifestText, index: number): void {
    if (this.bytes) text.hex(this.bytes, index * this.length, (index + 1) * this.length);
  }
}

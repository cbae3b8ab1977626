/** The digests of many files by inode, as bytes: a string for each would take five times as much. */
import { indexIn, type WantedList } from './wanted';

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The value of a hexadecimal digit in lower case, by its code. */
const digitOf = (code: number): number => (code < 0x60 ? code - 0x30 : code - 0x57);

export class DigestTable {
  private bytes: Uint8Array | null = null;
  private length = 0;
  private readonly known: Uint8Array;

  /** For the inodes of the list, which are in rising order. */
  constructor(private readonly list: WantedList) {
    this.known = new Uint8Array(list.inodes.length);
  }

  /** Keeps a digest in hexadecimal, lower case; all are of one length. */
  set(inode: number, digest: string): void {
    const index = indexIn(this.list, inode);
    if (index < 0) return;
    this.length = digest.length / 2;
    this.bytes ??= new Uint8Array(this.length * this.list.inodes.length);
    for (let i = 0; i < this.length; i++)
      this.bytes[index * this.length + i] =
        (digitOf(digest.charCodeAt(2 * i)) << 4) | digitOf(digest.charCodeAt(2 * i + 1));
    this.known[index] = 1;
  }

  /** The digest of the inode at `index` of the list, in hexadecimal; undefined for one that did not come, and for -1. */
  get(index: number): string | undefined {
    if (index < 0 || this.bytes === null || this.known[index] === 0) return undefined;
    let text = '';
    const end = (index + 1) * this.length;
    for (let i = index * this.length; i < end; i++) text += hexOf[this.bytes[i]!]!;
    return text;
  }
}

/** The digests of many files by inode, as bytes: a string for each would take five times as much. */
import type { WantedList } from './wanted';

export class DigestTable {
  private bytes: Uint8Array | null = null;
  private length = 0;
  private readonly known: Uint8Array;

  /** For the inodes of the list, which are in rising order. */
  constructor(private readonly list: WantedList) {
    this.known = new Uint8Array(list.inodes.length);
  }

  private indexOf(inode: number): number {
    const { inodes } = this.list;
    let from = 0;
    let to = inodes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (inodes[middle]! < inode) from = middle + 1;
      else to = middle;
    }
    return inodes[from] === inode ? from : -1;
  }

  /** Keeps a digest in hexadecimal; all are of one length. */
  set(inode: number, digest: string): void {
    const index = this.indexOf(inode);
    if (index < 0) return;
    this.length = digest.length / 2;
    this.bytes ??= new Uint8Array(this.length * this.list.inodes.length);
    for (let i = 0; i < this.length; i++)
      this.bytes[index * this.length + i] = Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16);
    this.known[index] = 1;
  }

  /** The digest in hexadecimal; undefined for one that did not come. */
  get(inode: number): string | undefined {
    const index = this.indexOf(inode);
    if (index < 0 || this.bytes === null || this.known[index] === 0) return undefined;
    let text = '';
    for (const byte of this.bytes.subarray(index * this.length, (index + 1) * this.length))
      text += byte.toString(16).padStart(2, '0');
    return text;
  }
}

/** What the inode pass learns about each inode: one byte of state, link counts stored and found. */

import { Bitmap } from '../bytes/bitmap';

/** Bits of an inode's state; the low three hold the type as a directory entry writes it (1 regular, 2 directory …). */
export const inodeState = {
  TYPE: 0x07,
  USED: 0x08,
  /** A field is wrong in a way that is reported where the inode is named. */
  BAD: 0x10,
  /** Lies in an inode-table block that the bad-blocks list names. */
  IN_BAD_BLOCK: 0x20,
  CHECKSUM_BAD: 0x40,
  /** Exempt from link counting: IMAGIC. */
  IMAGIC: 0x80,
};

export class Inodes {
  readonly state: Uint8Array;
  /** `i_links_count` of inodes in use. */
  readonly links: Uint16Array;
  /** Entries that name the inode, '.' and '..' included; stops at 65535. */
  readonly found: Uint16Array;
  /** Inodes with the bad mark whose type is known all the same; made when the first one is met. */
  private sureOfType: Bitmap | null = null;

  /** @param shared whether other threads can be given `state` and `links` */
  constructor(
    readonly count: number,
    shared = false,
  ) {
    const memory = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    this.state = new Uint8Array(memory(count + 1));
    this.links = new Uint16Array(memory(2 * (count + 1)));
    this.found = new Uint16Array(count + 1);
  }

  /** Takes back what was noted of inodes from `first` up to but not including `end`. */
  forget(first: number, end = this.count + 1): void {
    this.state.fill(0, first, end);
    this.links.fill(0, first, end);
  }

  isUsed(ino: number): boolean {
    return (this.state[ino]! & inodeState.USED) !== 0;
  }

  isBad(ino: number): boolean {
    return (this.state[ino]! & inodeState.BAD) !== 0;
  }

  /** Whether the inode is in use and a directory. */
  isDirectory(ino: number): boolean {
    return (this.state[ino]! & (inodeState.USED | inodeState.TYPE)) === (inodeState.USED | 2);
  }

  /** Sets the bad mark. It puts the type in doubt, unless `typeIsSure`; a doubt stays. */
  markBad(ino: number, typeIsSure = false): void {
    this.state[ino]! |= inodeState.BAD;
    if (typeIsSure) this.sureOfType ??= new Bitmap(this.count + 1);
    if (typeIsSure) this.sureOfType?.set(ino);
    else this.sureOfType?.clear(ino);
  }

  /** The type as a directory entry must write it; 0 where the bad mark puts it in doubt. */
  typeOf(ino: number): number {
    return this.isBad(ino) && !this.sureOfType?.test(ino) ? 0 : this.state[ino]! & inodeState.TYPE;
  }

  countLink(ino: number): void {
    if (this.found[ino]! < 65535) this.found[ino]!++;
  }
}

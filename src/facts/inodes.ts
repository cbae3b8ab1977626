/** The facts of the inode pass about each inode: one byte of state, stored and counted links. */

import { Bitmap } from '../bytes/bitmap';

/** Bits of an inode's state; the low three are the type as in a directory entry (1 regular, 2 directory …). */
export const inodeState = {
  TYPE: 0x07,
  USED: 0x08,
  /** A field is invalid; links/bad-fields.ts reports it with the name of the inode. */
  BAD: 0x10,
  /** The inode is in an inode-table block that the bad-blocks list contains. */
  IN_BAD_BLOCK: 0x20,
  CHECKSUM_BAD: 0x40,
  /** Excluded from link counting: IMAGIC. */
  IMAGIC: 0x80,
};

export class Inodes {
  readonly state: Uint8Array;
  /** `i_links_count` of inodes in use. */
  readonly links: Uint16Array;
  /** Entries with this inode number, '.' and '..' included; stops at 65535. */
  readonly found: Uint16Array;
  /** Inodes with the BAD bit whose type is still known; created for the first one. */
  private sureOfType: Bitmap | null = null;

  /** @param shared whether other threads can access `state` and `links` */
  constructor(
    readonly count: number,
    shared = false,
  ) {
    const memory = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    this.state = new Uint8Array(memory(count + 1));
    this.links = new Uint16Array(memory(2 * (count + 1)));
    this.found = new Uint16Array(count + 1);
  }

  /** Resets the state of the inodes from `first` to before `end`. */
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

  isDirectory(ino: number): boolean {
    return (this.state[ino]! & (inodeState.USED | inodeState.TYPE)) === (inodeState.USED | 2);
  }

  /** Sets the BAD bit. The type becomes uncertain unless `typeIsSure`, and stays uncertain once it is. */
  markBad(ino: number, typeIsSure = false): void {
    this.state[ino]! |= inodeState.BAD;
    if (typeIsSure) this.sureOfType ??= new Bitmap(this.count + 1);
    if (typeIsSure) this.sureOfType?.set(ino);
    else this.sureOfType?.clear(ino);
  }

  /** The type that a directory entry must have; 0 where the BAD bit makes it uncertain. */
  typeOf(ino: number): number {
    return this.isBad(ino) && !this.sureOfType?.test(ino) ? 0 : this.state[ino]! & inodeState.TYPE;
  }

  countLink(ino: number): void {
    if (this.found[ino]! < 65535) this.found[ino]!++;
  }
}

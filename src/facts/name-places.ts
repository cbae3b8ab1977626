/** The position of the entry for each directory, from which paths are made later, where they are needed. */
import { GrowableF64, GrowableU32 } from '../bytes/growable';

export class NamePlaces {
  /** Block of the entry, by index of the directory; 0 while unknown. */
  private readonly block = new GrowableF64();
  private readonly offset = new GrowableU32();
  /** Names of directories whose parent is an inline directory, which has no block. */
  private readonly inline = new Map<number, string>();

  /** Records the entry of the directory with index `index`. */
  note(index: number, block: number, offset: number): void {
    while (this.block.length <= index) {
      this.block.push(0);
      this.offset.push(0);
    }
    this.block.set(index, block);
    this.offset.set(index, offset);
  }

  noteInline(index: number, name: string): void {
    this.inline.set(index, name);
  }

  /** The position of the entry, or its name when it is inside an inode, or null. */
  find(index: number): { block: number; offset: number } | string | null {
    const name = this.inline.get(index);
    if (name !== undefined) return name;
    if (index < 0 || index >= this.block.length) return null;
    const block = this.block.get(index);
    return block === 0 ? null : { block, offset: this.offset.get(index) };
  }
}

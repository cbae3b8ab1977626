/** Where the entry that names each directory lies, so that paths can be made later, for those that need one. */
import { GrowableF64, GrowableU32 } from '../bytes/growable';

export class NamePlaces {
  /** Block of the entry, by index of the directory; 0 while unknown. */
  private readonly block = new GrowableF64();
  private readonly offset = new GrowableU32();
  /** Names of directories that hang in an inline directory, which has no block. */
  private readonly inline = new Map<number, string>();

  /** Notes the entry of the directory with index `index`. */
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

  /** The entry's place, or its name where it lies in an inode, or null. */
  find(index: number): { block: number; offset: number } | string | null {
    const name = this.inline.get(index);
    if (name !== undefined) return name;
    if (index < 0 || index >= this.block.length) return null;
    const block = this.block.get(index);
    return block === 0 ? null : { block, offset: this.offset.get(index) };
  }
}

/** Names of one directory block that differ only in case. */
import type { NameFolder } from '../../bytes/casefold';
import { dirent, direntHeaderSize } from '../../layout/dirent';

/** A folded name as text, one UTF-16 unit for each byte; null for a name that cannot be folded. */
export function foldedKey(folder: NameFolder, name: Uint8Array, from: number, to: number): string | null {
  const length = folder.fold(name, from, to);
  return length < 0 ? null : String.fromCharCode(...folder.bytes.subarray(0, length));
}

export class FoldedNames {
  private readonly seen = new Set<string>();

  constructor(private readonly folder: NameFolder) {}

  clear(): void {
    this.seen.clear();
  }

  /**
   * Adds the name of the entry at `at`; returns whether the block already had it. A name that is not UTF-8 equals no
   * other.
   */
  add(view: DataView, bytes: Uint8Array, at: number): boolean {
    const start = at + direntHeaderSize;
    const key = foldedKey(this.folder, bytes, start, start + dirent.name_len(view, at));
    if (key === null) return false;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }
}

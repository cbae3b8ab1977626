/** The names of a tree in columns: about 40 bytes for each name, without an object for each. */
import { firstIndex } from '../bytes/first-index';
import { GrowableU32 } from '../bytes/growable';

/** The `parent` of the root. */
const none = 0xffffffff;

class GrowableBytes {
  private bytes = new Uint8Array(4096);
  length = 0;

  /** All bytes, and the free space after them. */
  get all(): Uint8Array {
    return this.bytes;
  }

  push(from: Uint8Array, at: number, end: number): void {
    const needed = this.length + end - at;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(from.subarray(at, end), this.length);
    this.length = needed;
  }

  part(from: number, to: number): Uint8Array {
    return this.bytes.subarray(from, to);
  }
}

/** Compares `a[aFrom..aEnd)` with `b[bFrom..bEnd)` by bytes; a prefix comes first. */
function compareParts(a: Uint8Array, aFrom: number, aEnd: number, b: Uint8Array, bFrom: number, bEnd: number): number {
  const length = aEnd - aFrom;
  const common = Math.min(length, bEnd - bFrom);
  for (let i = 0; i < common; i++) if (a[aFrom + i] !== b[bFrom + i]) return a[aFrom + i]! - b[bFrom + i]!;
  return length - (bEnd - bFrom);
}

/**
 * Names by index. The root is 0; the names of one directory are consecutive, in the order of their bytes; equal names are in
 * disk order.
 */
export class NameTable {
  readonly inode = new GrowableU32();
  /** Type numbers, as in directory entries. */
  private types = new Uint8Array(1024);
  readonly parent = new GrowableU32();
  private readonly ends = new GrowableU32();
  private readonly text = new GrowableBytes();
  /** Index of the first name in a directory, and their number; by index of the directory. */
  private readonly children = new GrowableU32();
  private readonly childCount = new GrowableU32();

  constructor(rootInode: number, rootType: number) {
    this.push(none, rootInode, rootType, new Uint8Array(0), 0, 0);
  }

  get size(): number {
    return this.inode.length;
  }

  private push(parent: number, inode: number, type: number, from: Uint8Array, at: number, end: number): void {
    const index = this.inode.length;
    if (index === this.types.length) {
      const larger = new Uint8Array(index * 2);
      larger.set(this.types);
      this.types = larger;
    }
    this.types[index] = type;
    this.inode.push(inode);
    this.parent.push(parent);
    this.text.push(from, at, end);
    this.ends.push(this.text.length);
    this.children.push(0);
    this.childCount.push(0);
  }

  /** Adds the names of the directory `index`, all at once. */
  addChildren(index: number, names: DirectoryNames): void {
    this.children.set(index, this.size);
    this.childCount.set(index, names.length);
    for (const i of names.sorted()) {
      const { inode, type } = names;
      this.push(index, inode.get(i), type.get(i), names.bytes, names.start.get(i), names.start.get(i + 1));
    }
  }

  type(index: number): number {
    return this.types[index]!;
  }

  setType(index: number, type: number): void {
    this.types[index] = type;
  }

  /** The name's bytes; not a copy. */
  name(index: number): Uint8Array {
    return this.text.part(this.nameStart(index), this.nameEnd(index));
  }

  /** The bytes of all names, valid until another name is added; `nameStart` and `nameEnd` are offsets in them. */
  get bytes(): Uint8Array {
    return this.text.all;
  }

  nameStart(index: number): number {
    return index === 0 ? 0 : this.ends.get(index - 1);
  }

  nameEnd(index: number): number {
    return this.ends.get(index);
  }

  /** The indexes of the names in a directory: from the first, up to but excluding the second. */
  childRange(index: number): [from: number, to: number] {
    const from = this.children.get(index);
    return [from, from + this.childCount.get(index)];
  }

  /** The first name in a directory with these bytes; -1 if there is none. */
  findChild(index: number, name: Uint8Array): number {
    const [from, end] = this.childRange(index);
    const { bytes } = this;
    const compare = (i: number) => compareParts(bytes, this.nameStart(i), this.nameEnd(i), name, 0, name.length);
    const child = firstIndex(from, end, (i) => compare(i) >= 0);
    return child < end && compare(child) === 0 ? child : -1;
  }
}

/** The names of one directory while it is read; reused for the next one. */
export class DirectoryNames {
  readonly inode = new GrowableU32();
  readonly type = new GrowableU32();
  /** Where each name starts in `bytes`, and finally where the last one ends. */
  readonly start = new GrowableU32();
  private readonly text = new GrowableBytes();

  constructor() {
    this.start.push(0);
  }

  get length(): number {
    return this.inode.length;
  }

  get bytes(): Uint8Array {
    return this.text.part(0, this.text.length);
  }

  add(inode: number, type: number, from: Uint8Array, at: number, end: number): void {
    this.inode.push(inode);
    this.type.push(type);
    this.text.push(from, at, end);
    this.start.push(this.text.length);
  }

  /** Indexes in the order of the names' bytes. */
  sorted(): Uint32Array {
    const { bytes } = this;
    const start = this.start.view();
    const order = Uint32Array.from({ length: this.length }, (_, i) => i);
    return order.sort(
      (a, b) => compareParts(bytes, start[a]!, start[a + 1]!, bytes, start[b]!, start[b + 1]!) || a - b,
    );
  }

  clear(): void {
    this.inode.clear();
    this.type.clear();
    this.start.clear();
    this.start.push(0);
    this.text.length = 0;
  }
}

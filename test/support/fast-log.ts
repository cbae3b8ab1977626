/** Writes fast commits after a log, tag by tag, in the kernel's layout: padded blocks, a tail with a checksum. */
import { crc32c } from '../../src/bytes/crc32c';
import { compat } from '../../src/layout/features';
import { inode } from '../../src/layout/inode';
import { fastCommitKind } from '../../src/layout/journal';
import type { TestImage, Values } from './image';
import { LogBuilder, type LogRecipe } from './journal-log';

const headSize = 4;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export class FastLog {
  private block: number;
  /** The block of the log that is being filled, once something is put into it. */
  private opened: { bytes: Uint8Array; view: DataView } | null = null;
  private at = 0;
  private sum = 0;

  private constructor(
    readonly builder: LogBuilder,
    readonly transaction: number,
    head: { transaction: number; features: number },
  ) {
    this.block = builder.last + 1;
    const { image } = builder;
    image.setSuper({ s_feature_compat: image.made.sb.s_feature_compat | compat.fast_commit });
    this.head(head.transaction, head.features);
  }

  /** Behind one empty transaction in the journal of `image`; `fast` blocks of it are the area. */
  static async on(image: TestImage, recipe: LogRecipe = {}, head = { transaction: 8, features: 0 }): Promise<FastLog> {
    const builder = await LogBuilder.on(image, { checksums: 3, wide: true, fast: 24, ...recipe });
    builder.add({});
    return new FastLog(builder, 8, head);
  }

  get image(): TestImage {
    return this.builder.image;
  }

  /** Offset of the next tag in the image. */
  get place(): number {
    return this.builder.offset(this.block) + this.at;
  }

  private get current(): { bytes: Uint8Array; view: DataView } {
    if (!this.opened) {
      const bytes = this.builder.block(this.block);
      this.opened = { bytes, view: viewOf(bytes) };
    }
    return this.opened;
  }

  private put(kind: number, value: Uint8Array, summed: number): void {
    const { bytes, view } = this.current;
    view.setUint16(this.at, kind, true);
    view.setUint16(this.at + 2, value.length, true);
    bytes.set(value, this.at + headSize);
    this.sum = crc32c(this.sum, bytes, this.at, this.at + headSize + summed);
    this.at += headSize + value.length;
  }

  private get left(): number {
    return this.current.bytes.length - this.at;
  }

  private next(): void {
    this.block++;
    this.at = 0;
    this.opened = null;
  }

  /** Fills the rest of the block. */
  pad(): this {
    if (this.left >= headSize) this.put(fastCommitKind.PAD, new Uint8Array(this.left - headSize), this.left - headSize);
    this.next();
    return this;
  }

  /** A tag of any kind and value. */
  tag(kind: number, value: Uint8Array): this {
    if (this.left < headSize + value.length + headSize) this.pad();
    this.put(kind, value, value.length);
    return this;
  }

  private words(...words: number[]): Uint8Array {
    const bytes = new Uint8Array(words.length * 4);
    const view = viewOf(bytes);
    for (let i = 0; i < words.length; i++) view.setUint32(i * 4, words[i]! >>> 0, true);
    return bytes;
  }

  head(transaction: number, features = 0): this {
    return this.tag(fastCommitKind.HEAD, this.words(features, transaction));
  }

  /** The inode in the image, or a copy of `like`, with some fields changed. */
  inode(ino: number, values: Values<typeof inode> = {}, like = ino): this {
    const { image } = this;
    const at = image.inodeAt(like);
    const { inodeSize } = image.made;
    const size = inodeSize > 128 ? 128 + inode.i_extra_isize(image.view, at) : 128;
    const record = image.bytes.slice(at, at + size);
    const view = new DataView(record.buffer);
    for (const [name, value] of Object.entries(values)) {
      const { offset, bytes } = inode[name as keyof typeof inode];
      if (bytes === 2) view.setUint16(offset, value, true);
      else view.setUint32(offset, value, true);
    }
    return this.tag(fastCommitKind.INODE, Uint8Array.from([...this.words(ino), ...record]));
  }

  add(ino: number, logical: number, physical: number, length: number, unwritten = false): this {
    const value = new Uint8Array(16);
    value.set(this.words(ino, logical));
    new DataView(value.buffer).setUint16(8, length + (unwritten ? 32768 : 0), true);
    value.set(this.words(physical), 12);
    return this.tag(fastCommitKind.ADD_RANGE, value);
  }

  remove(ino: number, logical: number, length: number): this {
    return this.tag(fastCommitKind.DEL_RANGE, this.words(ino, logical, length));
  }

  name(kind: 'CREAT' | 'LINK' | 'UNLINK', parent: number, ino: number, name: string): this {
    const value = Buffer.concat([this.words(parent, ino), Buffer.from(name)]);
    return this.tag(fastCommitKind[kind], value);
  }

  /** Ends a fast commit; the tail takes the rest of its block. */
  tail(transaction = this.transaction, flip = 0): this {
    if (this.left < headSize + 8) this.pad();
    const { at } = this;
    const { view } = this.current;
    const value = new Uint8Array(this.left - headSize);
    value.set(this.words(transaction));
    this.put(fastCommitKind.TAIL, value, 4);
    view.setUint32(at + headSize + 4, (this.sum ^ flip) >>> 0, true);
    this.sum = 0;
    this.next();
    return this;
  }
}

/** Writes logs into the journal of an image, block by block from the format: every layout of tags and every checksum. */
import { crc32 } from '../../src/bytes/crc32';
import { crc32c } from '../../src/bytes/crc32c';
import type { Field } from '../../src/bytes/field';
import { findJournal, type JournalFile } from '../../src/journal/find';
import { logFormat } from '../../src/journal/format';
import { Log } from '../../src/journal/log';
import { type LogFault, type Recovery, recover } from '../../src/journal/recover';
import { decode } from '../../src/layout/decode';
import { incompat } from '../../src/layout/features';
import { journalFeature, journalMagic, journalSuperblock, journalSuperblockSize } from '../../src/layout/journal';
import type { Volume } from '../../src/volume/volume';
import type { TestImage } from './image';

export interface LogRecipe {
  /** 0 none, 1 of transactions, 2 and 3 of blocks. */
  checksums?: 0 | 1 | 2 | 3;
  wide?: boolean;
  asyncCommit?: boolean;
  /** Blocks of the fast-commit area; 0 for none. */
  fast?: number;
  /** First sequence number and block of the log. */
  sequence?: number;
  start?: number;
  /** Blocks of the journal that are used. */
  length?: number;
  /** Every tag carries a UUID, not just the first. */
  uuids?: boolean;
}

export interface Transaction {
  blocks?: readonly { block: number; data: Uint8Array }[];
  revokes?: readonly number[];
  /** Seconds since 1970. */
  time?: number;
  /** The commit block is left out. */
  torn?: boolean;
}

/** The parts of a transaction, as blocks of the journal. */
export interface Written {
  descriptors: number[];
  data: number[];
  revokes: number[];
  commit: number;
}

const uuid = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);

export class LogBuilder {
  private at: number;
  private sequence: number;
  readonly first = 1;
  readonly last: number;
  private readonly seed = crc32c(0xffffffff, uuid);
  private readonly recipe: Required<LogRecipe>;

  private constructor(
    readonly image: TestImage,
    readonly file: JournalFile,
    recipe: LogRecipe,
  ) {
    this.recipe = {
      checksums: 0,
      wide: false,
      asyncCommit: false,
      fast: 0,
      sequence: 7,
      start: 1,
      length: file.length,
      uuids: false,
      ...recipe,
    };
    const { length, fast, start, sequence } = this.recipe;
    this.last = length - fast;
    this.at = start;
    this.sequence = sequence;
    this.writeSuper();
    image.setSuper({ s_feature_incompat: image.geometry.sb.s_feature_incompat | incompat.needs_recovery });
  }

  /** An empty log that waits to be replayed, in the journal of `image`. */
  static async on(image: TestImage, recipe: LogRecipe = {}): Promise<LogBuilder> {
    const { volume, groups } = await image.open();
    const file = await findJournal(volume, groups);
    if (typeof file === 'string') throw new Error(file);
    return new LogBuilder(image, file, recipe);
  }

  /** Byte offset of a block of the journal. */
  offset(logical: number): number {
    for (const run of this.file.runs)
      if (logical >= run.logical && logical < run.logical + run.count)
        return this.image.blockAt(run.physical + logical - run.logical);
    throw new Error(`no block ${logical}`);
  }

  block(logical: number): Uint8Array {
    const at = this.offset(logical);
    return this.image.bytes.subarray(at, at + this.image.made.blockSize);
  }

  private writeSuper(): void {
    const { checksums, wide, asyncCommit, fast, sequence, start, length } = this.recipe;
    const features =
      journalFeature.REVOKE |
      (wide ? journalFeature['64BIT'] : 0) |
      (asyncCommit ? journalFeature.ASYNC_COMMIT : 0) |
      (fast > 0 ? journalFeature.FAST_COMMIT : 0) |
      (checksums === 2 ? journalFeature.CSUM_V2 : 0) |
      (checksums === 3 ? journalFeature.CSUM_V3 : 0);
    this.block(0).fill(0);
    const at = this.offset(0);
    this.image.bytes.set(uuid, at + journalSuperblock.s_uuid.offset);
    this.setSuper({
      h_magic: journalMagic,
      h_blocktype: 4,
      s_blocksize: this.image.made.blockSize,
      s_maxlen: length,
      s_first: this.first,
      s_sequence: sequence,
      s_start: start,
      s_feature_compat: checksums === 1 ? journalFeature.compatChecksum : 0,
      s_feature_incompat: features,
      s_nr_users: 1,
      s_checksum_type: checksums >= 2 ? 4 : 0,
      s_num_fc_blks: fast,
    });
  }

  /** Sets fields of the journal superblock and makes its checksum right. */
  setSuper(values: Partial<Record<keyof typeof journalSuperblock, number>>): this {
    const at = this.offset(0);
    const { view, bytes } = this.image;
    for (const [name, value] of Object.entries(values)) {
      const { offset, bytes: size } = journalSuperblock[name as keyof typeof journalSuperblock] as Field;
      if (size === 1) view.setUint8(at + offset, value);
      else view.setUint32(at + offset, value, false);
    }
    if (this.recipe.checksums >= 2) {
      view.setUint32(at + journalSuperblock.s_checksum.offset, 0, false);
      const sum = crc32c(0xffffffff, bytes, at, at + journalSuperblockSize);
      view.setUint32(at + journalSuperblock.s_checksum.offset, sum, false);
    }
    return this;
  }

  private next(): number {
    const at = this.at;
    this.at = at + 1 < this.last ? at + 1 : this.first;
    return at;
  }

  /** A fresh block of the log with its header. */
  private start(type: number): { at: number; bytes: Uint8Array; view: DataView } {
    const at = this.next();
    const bytes = this.block(at);
    bytes.fill(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    [journalMagic, type, this.sequence].forEach((word, i) => {
      view.setUint32(i * 4, word >>> 0, false);
    });
    return { at, bytes, view };
  }

  private stampTail(bytes: Uint8Array, view: DataView): void {
    if (this.recipe.checksums < 2) return;
    view.setUint32(bytes.length - 4, 0, false);
    view.setUint32(bytes.length - 4, crc32c(this.seed, bytes), false);
  }

  /** Makes the checksum at the end of a descriptor or revoke block right again. */
  restamp(logical: number): void {
    const bytes = this.block(logical);
    this.stampTail(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  get tagSize(): number {
    const { checksums, wide } = this.recipe;
    if (checksums === 3) return 16;
    return (wide ? 12 : 8) + (checksums === 2 ? 2 : 0);
  }

  private dataChecksum(data: Uint8Array): number {
    const sequence = new Uint8Array(4);
    new DataView(sequence.buffer).setUint32(0, this.sequence >>> 0, false);
    return crc32c(crc32c(this.seed, sequence), data);
  }

  private writeDescriptor(
    blocks: readonly { block: number; data: Uint8Array }[],
    written: Written,
    sum: { value: number },
  ): void {
    const { checksums, wide, uuids } = this.recipe;
    const { at, bytes, view } = this.start(1);
    written.descriptors.push(at);
    let tag = 12;
    const copies: Uint8Array[] = [];
    blocks.forEach(({ block, data }, i) => {
      const copy = Uint8Array.from(data);
      const head = new DataView(copy.buffer);
      const escaped = head.getUint32(0, false) === journalMagic;
      if (escaped) head.setUint32(0, 0, false);
      copies.push(copy);
      const same = i > 0 && !uuids;
      const flags = (escaped ? 1 : 0) | (same ? 2 : 0) | (i === blocks.length - 1 ? 8 : 0);
      view.setUint32(tag, block >>> 0, false);
      if (checksums === 3) {
        view.setUint32(tag + 4, flags, false);
        view.setUint32(tag + 8, Math.floor(block / 2 ** 32), false);
        view.setUint32(tag + 12, this.dataChecksum(copy), false);
      } else {
        view.setUint16(tag + 4, checksums === 2 ? this.dataChecksum(copy) & 0xffff : 0, false);
        view.setUint16(tag + 6, flags, false);
        if (wide) view.setUint32(tag + 8, Math.floor(block / 2 ** 32), false);
      }
      tag += this.tagSize;
      if (!same) {
        bytes.set(uuid, tag);
        tag += 16;
      }
    });
    this.stampTail(bytes, view);
    sum.value = crc32(sum.value, bytes);
    for (const copy of copies) {
      const place = this.next();
      this.block(place).set(copy);
      written.data.push(place);
      sum.value = crc32(sum.value, copy);
    }
  }

  private writeRevokes(revokes: readonly number[], written: Written): void {
    const size = this.recipe.wide ? 8 : 4;
    const { at, bytes, view } = this.start(5);
    view.setUint32(12, 16 + revokes.length * size, false);
    revokes.forEach((block, i) => {
      const place = 16 + i * size;
      if (size === 8) view.setUint32(place, Math.floor(block / 2 ** 32), false);
      view.setUint32(place + size - 4, block >>> 0, false);
    });
    this.stampTail(bytes, view);
    written.revokes.push(at);
  }

  /** Appends a transaction. */
  add({ blocks = [], revokes = [], time = 1_700_000_000, torn = false }: Transaction): Written {
    const written: Written = { descriptors: [], data: [], revokes: [], commit: -1 };
    const { blockSize } = this.image.made;
    const perTag = this.tagSize + (this.recipe.uuids ? 16 : 0);
    const perBlock = Math.floor((blockSize - 12 - 16 - 4) / perTag);
    const sum = { value: 0xffffffff };
    for (let i = 0; i < blocks.length; i += perBlock) this.writeDescriptor(blocks.slice(i, i + perBlock), written, sum);
    const perRevoke = Math.floor((blockSize - 20) / (this.recipe.wide ? 8 : 4));
    for (let i = 0; i < revokes.length; i += perRevoke) this.writeRevokes(revokes.slice(i, i + perRevoke), written);
    if (!torn) {
      const { at, bytes, view } = this.start(2);
      written.commit = at;
      if (this.recipe.checksums === 1) {
        view.setUint8(12, 1);
        view.setUint8(13, 4);
        view.setUint32(16, sum.value, false);
      }
      view.setUint32(52, time, false);
      if (this.recipe.checksums >= 2) view.setUint32(16, crc32c(this.seed, bytes), false);
    }
    this.sequence = (this.sequence + 1) >>> 0;
    return written;
  }

  /** The log as the code under test reads it. */
  async open(): Promise<{ log: Log; volume: Volume }> {
    const { volume } = await this.image.open();
    const record = decode(journalSuperblock, this.image.view, this.offset(0));
    return { log: new Log(volume, logFormat(record), this.file.runs), volume };
  }
}

/** A replay with its faults. */
export async function recoverAll(log: Log, volume: Volume): Promise<Recovery & { faults: LogFault[] }> {
  const faults: LogFault[] = [];
  const recovery = await recover(log, volume, (fault) => faults.push(fault));
  return { ...recovery, faults };
}

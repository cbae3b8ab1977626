/** A file system image in memory, to be damaged field by field with its checksums kept right. */
import { fileURLToPath } from 'node:url';
import { crc32c } from '../../src/bytes/crc32c';
import type { Field } from '../../src/bytes/field';
import { groupDesc } from '../../src/layout/group';
import { inode, oldInodeSize } from '../../src/layout/inode';
import { superblock, superblockOffset, superblockSize } from '../../src/layout/superblock';
import { Collector, type ReportFinding } from '../../src/problem/collector';
import type { Finding } from '../../src/problem/finding';
import { memorySource } from '../../src/source/memory';
import type { ByteSource, SyncSource } from '../../src/source/source';
import { descriptorBlock, type Geometry, readGeometry } from '../../src/volume/geometry';
import { descriptorChecksum } from '../../src/volume/groups';
import { inodeSeed } from '../../src/volume/inode-checksum';
import { type Opening, openFileSystem } from '../../src/volume/open';
import { copyOf, loadImage } from './sparse';

/** Names of the fields of a record that are numbers, not raw bytes. */
type Numbers<T> = { [K in keyof T]: T[K] extends Field ? K : never }[keyof T];
/** Values to set, by field name. */
export type Values<T> = Partial<Record<Numbers<T>, number>>;

export class TestImage {
  readonly view: DataView;
  /** As the image was made. Places are computed from this, so that a damaged superblock does not move them. */
  readonly made: Geometry;

  /** `bytes` are changed in place. */
  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const head = new Uint8Array(superblockOffset + superblockSize);
    head.set(bytes.subarray(0, head.length));
    this.made = readGeometry(new DataView(head.buffer), superblockOffset);
  }

  /** A fresh copy of fixtures/clean/NAME.img.gz. */
  static load(name: string): TestImage {
    return TestImage.unpack(new URL(`../../fixtures/clean/${name}.img.gz`, import.meta.url));
  }

  /** A fresh copy of any image.gz. */
  static unpack(file: URL): TestImage {
    return new TestImage(loadImage(fileURLToPath(file)));
  }

  /** A copy that can be damaged separately. */
  copy(): TestImage {
    return new TestImage(copyOf(this.bytes));
  }

  /** The geometry of the current superblock. */
  get geometry(): Geometry {
    return readGeometry(this.view, superblockOffset);
  }

  /** Byte offset of block `block`. */
  blockAt(block: number): number {
    return block * this.made.blockSize;
  }

  /** Byte offset of the descriptor of group `group`, among the primary descriptors. */
  groupAt(group: number): number {
    const { descPerBlock, descSize, firstDataBlock } = this.made;
    const block = descriptorBlock(this.made, firstDataBlock, Math.floor(group / descPerBlock));
    return this.blockAt(block) + (group % descPerBlock) * descSize;
  }

  /** Byte offset of inode `ino`. */
  inodeAt(ino: number): number {
    const { inodesPerGroup, inodeSize } = this.made;
    const group = Math.floor((ino - 1) / inodesPerGroup);
    const table = groupDesc.bg_inode_table_lo(this.view, this.groupAt(group));
    return this.blockAt(table) + ((ino - 1) % inodesPerGroup) * inodeSize;
  }

  /** Writes one field of the record that starts at byte `at`; no checksum is touched. */
  poke(field: Field, at: number, value: number): this {
    const { offset, bytes } = field;
    const write = (littleEndian: boolean) => {
      if (bytes === 1) this.view.setUint8(at + offset, value);
      else if (bytes === 2) this.view.setUint16(at + offset, value, littleEndian);
      else if (bytes === 4) this.view.setUint32(at + offset, value, littleEndian);
      else this.view.setBigUint64(at + offset, BigInt(value), littleEndian);
    };
    // a field can read itself, so reading back shows its byte order
    write(true);
    if (field(this.view, at) !== value) write(false);
    if (field(this.view, at) !== value) throw new RangeError(`${value} does not fit into ${bytes} bytes`);
    return this;
  }

  private pokeAll<T extends object>(fields: T, at: number, values: Values<T>): void {
    for (const name of Object.keys(values) as (keyof T & keyof Values<T>)[])
      this.poke(fields[name] as Field, at, values[name] as number);
  }

  /** Sets fields of the primary superblock and makes its checksum right. */
  setSuper(values: Values<typeof superblock>): this {
    this.pokeAll(superblock, superblockOffset, values);
    return this.restampSuper();
  }

  /** Sets fields of a group's primary descriptor and makes its checksum right. */
  setGroup(group: number, values: Values<typeof groupDesc>): this {
    this.pokeAll(groupDesc, this.groupAt(group), values);
    return this.restampGroup(group);
  }

  /** Sets fields of an inode and makes its checksum right. */
  setInode(ino: number, values: Values<typeof inode>): this {
    this.pokeAll(inode, this.inodeAt(ino), values);
    return this.restampInode(ino);
  }

  /** Sets word `word` of an inode's i_block and makes its checksum right. */
  setBlockWord(ino: number, word: number, value: number): this {
    this.view.setUint32(this.inodeAt(ino) + inode.i_block.offset + word * 4, value, true);
    return this.restampInode(ino);
  }

  /** Fills bytes with one value. */
  fill(at: number, length: number, value = 0): this {
    this.bytes.fill(value, at, at + length);
    return this;
  }

  /** Cuts the image off, or lengthens it with zeros. Returns a new image. */
  resized(length: number): TestImage {
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(0, length));
    return new TestImage(bytes);
  }

  restampSuper(): this {
    if (!this.geometry.features.metadata_csum) return this;
    const record = this.bytes.subarray(superblockOffset, superblockOffset + superblockSize);
    return this.poke(
      superblock.s_checksum,
      superblockOffset,
      crc32c(0xffffffff, record, 0, superblock.s_checksum.offset),
    );
  }

  restampGroup(group: number): this {
    if (!this.geometry.features.groupChecksums) return this;
    const at = this.groupAt(group);
    const record = this.bytes.subarray(at, at + this.made.descSize);
    return this.poke(groupDesc.bg_checksum, at, descriptorChecksum(this.geometry, group, record));
  }

  restampInode(ino: number): this {
    const { geometry, made } = this;
    if (!geometry.features.metadata_csum) return this;
    const at = this.inodeAt(ino);
    const { i_checksum_lo, i_checksum_hi, i_extra_isize, i_generation } = inode;
    const hasHigh =
      made.inodeSize > oldInodeSize && i_extra_isize(this.view, at) >= i_checksum_hi.offset + 2 - oldInodeSize;
    this.poke(i_checksum_lo, at, 0);
    if (hasHigh) this.poke(i_checksum_hi, at, 0);
    const crc = crc32c(inodeSeed(geometry, ino, i_generation(this.view, at)), this.bytes, at, at + made.inodeSize);
    if (hasHigh) this.poke(i_checksum_hi, at, crc >>> 16);
    return this.poke(i_checksum_lo, at, crc & 0xffff);
  }

  source(): ByteSource {
    return memorySource(this.bytes);
  }

  /** The image as the checks get it; throws where it cannot be opened. */
  async open(): Promise<Opening> {
    const { opening, primary } = await openFileSystem(this.source());
    if (!opening) throw new Error(`the image cannot be opened: ${primary?.detail}`);
    return opening;
  }
}

/** A source with synchronous reads, for helper threads. */
export const syncSource = (source: ByteSource): SyncSource => ({
  size: source.size,
  read: (at, into) => source.read(at, into) as number,
});

/** Collects the reported findings, with the codes of a version of e2fsck. */
export function collect(version?: string): { report: ReportFinding; findings: Finding[] } {
  const { report, findings } = new Collector(Number.POSITIVE_INFINITY, undefined, version);
  return { report, findings };
}

/** Findings in short form: `inode-dtime-set 0x010005`, or only the id where e2fsck has no such check. */
export const inShort = (findings: readonly Finding[]): string[] =>
  findings.map(({ id, e2fsck }) => (e2fsck === undefined ? id : `${id} ${e2fsck}`));

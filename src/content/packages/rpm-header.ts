/** Parses the header of an installed package in an rpm database: tags and their values, big-endian. */
import { Sha1 } from '../../bytes/sha1';
import { Sha256 } from '../../bytes/sha256';
import { printable } from './lines';
import { demand } from './package-file';

/** Bytes of the two counts at the start, and of one index entry. */
const preamble = 8;
const entrySize = 16;
/** Most index entries and bytes of values: the limits of rpm itself. */
const maxEntries = 65535;
const maxData = 2 ** 28 - 1;
/** Most values of one tag: more files than any package has. */
const maxValues = 2 ** 19;
/** The tag whose value marks the end of the signed part; later entries were added at installation. */
const regionTag = 63;
const regionType = 7;
/** Tags with the digest of the signed part. */
const sha256Tag = 273;
const sha1Tag = 269;
/** The bytes before the counts in a header file, which are included in the digest. */
const magic = [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];

const types = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  binary: 7,
  strings: 8,
  translated: 9,
} as const;
/** Bytes of one value, by type; 0 if it varies. */
const widths: readonly number[] = [0, 1, 1, 2, 4, 8, 0, 1, 0, 0];

interface Entry {
  type: number;
  /** Offset in the blob. */
  at: number;
  count: number;
}

/** A header with a valid index, and a correct digest if it has one. Values are validated when they are read. */
export class RpmHeader {
  private readonly view: DataView;
  private readonly entries = new Map<number, Entry>();
  private readonly dataAt: number;
  /** Entries and bytes of values in the signed part; null if there is none. */
  private region: { entries: number; bytes: number } | null = null;

  /** @throws DatabaseError if the index or a value is outside the blob, or the signed part is damaged */
  constructor(private readonly blob: Uint8Array) {
    this.view = new DataView(blob.buffer, blob.byteOffset, blob.length);
    demand(blob.length >= preamble, `a header of ${blob.length} bytes`);
    const count = this.view.getUint32(0);
    const length = this.view.getUint32(4);
    demand(count > 0 && count <= maxEntries && length <= maxData, `a header of ${count} tags and ${length} bytes`);
    this.dataAt = preamble + count * entrySize;
    demand(this.dataAt + length === blob.length, `a header of ${count} tags and ${length} bytes in ${blob.length}`);
    for (let i = 0; i < count; i++) this.index(preamble + i * entrySize, i, count);
    this.requireDigest();
  }

  /** Verifies the digest, which detects lost pages, as SQLite has no checksums. */
  private requireDigest(): void {
    const region = this.region;
    const { blob, dataAt } = this;
    const tag = this.has(sha256Tag) ? sha256Tag : sha1Tag;
    const expected = this.text(tag);
    if (region === null || expected === '') return;
    const head = new Uint8Array(magic.length + preamble);
    head.set(magic);
    const view = new DataView(head.buffer);
    view.setUint32(magic.length, region.entries);
    view.setUint32(magic.length + 4, region.bytes);
    const hash = tag === sha256Tag ? new Sha256() : new Sha1();
    hash.update(head).update(blob.subarray(preamble, preamble + region.entries * entrySize));
    const stored = hash.update(blob.subarray(dataAt, dataAt + region.bytes)).digest();
    const hex = Array.from(stored, (byte) => byte.toString(16).padStart(2, '0')).join('');
    demand(hex === expected, 'the digest of the signed part of the header is wrong');
  }

  private index(at: number, place: number, count: number): void {
    const { view } = this;
    const tag = view.getUint32(at);
    const entry = {
      type: view.getUint32(at + 4),
      at: this.dataAt + view.getUint32(at + 8),
      count: view.getUint32(at + 12),
    };
    const width = widths[entry.type];
    demand(width !== undefined && entry.type > 0, `tag ${tag} has the unknown type ${entry.type}`);
    const least = entry.count * Math.max(1, width);
    demand(entry.count > 0 && entry.at + least <= this.blob.length, `tag ${tag} extends past the header`);
    if (place === 0 && tag === regionTag) this.requireRegion(entry, count);
    // entries after the region replace those in it
    this.entries.set(tag, entry);
  }

  /** The region's value repeats its entry, with the negative offset of the index start. */
  private requireRegion({ type, at, count: bytes }: Entry, count: number): void {
    const { view } = this;
    demand(type === regionType && bytes === entrySize, 'the entry of the signed region is damaged');
    const back = view.getInt32(at + 8);
    const inRegion = -back / entrySize;
    demand(
      view.getUint32(at) === regionTag && view.getUint32(at + 4) === regionType,
      'the end of the signed region is damaged',
    );
    demand(Number.isInteger(inRegion) && inRegion >= 1 && inRegion <= count, 'the signed region has a wrong size');
    this.region = { entries: inRegion, bytes: at + bytes - this.dataAt };
  }

  has(tag: number): boolean {
    return this.entries.has(tag);
  }

  /** Numbers of any width; undefined without the tag. @throws DatabaseError for a tag of another type */
  numbers(tag: number): number[] | undefined {
    const entry = this.entries.get(tag);
    if (entry === undefined) return undefined;
    const { view } = this;
    const { type, at, count } = entry;
    demand(count <= maxValues, `tag ${tag} has ${count} values`);
    demand(type >= types.char && type <= types.int64, `tag ${tag} contains no numbers`);
    const width = widths[type]!;
    const values = new Array<number>(count);
    for (let i = 0, from = at; i < count; i++, from += width) {
      if (width === 1) values[i] = view.getUint8(from);
      else if (width === 2) values[i] = view.getUint16(from);
      else if (width === 4) values[i] = view.getUint32(from);
      else values[i] = view.getUint32(from) * 2 ** 32 + view.getUint32(from + 4);
    }
    return values;
  }

  /** Printable strings; undefined without the tag. @throws DatabaseError */
  strings(tag: number): string[] | undefined {
    const entry = this.entries.get(tag);
    if (entry === undefined) return undefined;
    demand(
      entry.type === types.string || entry.type === types.strings || entry.type === types.translated,
      `tag ${tag} contains no text`,
    );
    demand(entry.count <= maxValues, `tag ${tag} has ${entry.count} values`);
    const { blob } = this;
    const values = new Array<string>(entry.count);
    for (let i = 0, from = entry.at; i < entry.count; i++) {
      const end = blob.indexOf(0, from);
      demand(end >= 0, `text ${i} of tag ${tag} has no end`);
      values[i] = printable(blob, from, end);
      from = end + 1;
    }
    return values;
  }

  /** The first string; empty if there is none. @throws DatabaseError */
  text(tag: number): string {
    return this.strings(tag)?.[0] ?? '';
  }
}

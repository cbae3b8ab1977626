/** Pages of an SQLite database, from its file or its write-ahead log — sqlite.org/fileformat2. */
import { isAllZero } from '../../bytes/bitmap';
import { demand } from './package-file';

const magic = 'SQLite format 3\0';
const headerSize = 100;
const walHeaderSize = 32;
const frameHeaderSize = 24;
/** Magic number of the log; the last bit means checksums over big-endian words. */
const walMagic = 0x377f0682;
const walVersion = 3007000;

const startsWith = (bytes: Uint8Array, text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Continues the two checksums of a log over pairs of words. */
function walSum(sums: [number, number], view: DataView, from: number, to: number, littleEndian: boolean): void {
  let [a, b] = sums;
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) | 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) | 0;
  }
  sums[0] = a;
  sums[1] = b;
}

/**
 * Offsets in `wal` of newer copies of pages, by page number. Frames after the last complete transaction, or after the first
 * wrong checksum, are ignored, as by SQLite itself.
 */
export function walFrames(wal: Uint8Array, pageSize: number): Map<number, number> {
  const current = new Map<number, number>();
  if (wal.length < walHeaderSize) return current;
  const view = viewOf(wal);
  const kind = view.getUint32(0);
  if ((kind & ~1) >>> 0 !== walMagic || view.getUint32(4) !== walVersion || view.getUint32(8) !== pageSize)
    return current;
  const littleEndian = (kind & 1) === 0;
  const sums: [number, number] = [0, 0];
  walSum(sums, view, 0, 24, littleEndian);
  if (sums[0] !== view.getInt32(24) || sums[1] !== view.getInt32(28)) return current;
  let pending: [number, number][] = [];
  const frame = frameHeaderSize + pageSize;
  for (let at = walHeaderSize; at + frame <= wal.length; at += frame) {
    if (view.getUint32(at + 8) !== view.getUint32(16) || view.getUint32(at + 12) !== view.getUint32(20)) break;
    walSum(sums, view, at, at + 8, littleEndian);
    walSum(sums, view, at + frameHeaderSize, at + frame, littleEndian);
    if (sums[0] !== view.getInt32(at + 16) || sums[1] !== view.getInt32(at + 20)) break;
    pending.push([view.getUint32(at), at + frameHeaderSize]);
    // a commit frame has the number of pages of the database
    if (view.getUint32(at + 4) === 0) continue;
    for (const [page, place] of pending) current.set(page, place);
    pending = [];
  }
  return current;
}

export class SqlitePages {
  readonly pageSize: number;
  /** Usable bytes of a page. */
  readonly usable: number;
  private readonly newer: ReadonlyMap<number, number>;
  private readonly taken: Uint8Array;
  private readonly count: number;

  /** @throws DatabaseError if the file is not an SQLite database */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly wal: Uint8Array = new Uint8Array(0),
  ) {
    demand(bytes.length >= headerSize, `it has only ${bytes.length} bytes`);
    demand(!isAllZero(bytes), `all of its ${bytes.length} bytes are NUL`);
    demand(startsWith(bytes, magic), 'it does not start with the magic number of an SQLite database');
    const view = viewOf(bytes);
    const stored = view.getUint16(16);
    this.pageSize = stored === 1 ? 65536 : stored;
    const isPower = (this.pageSize & (this.pageSize - 1)) === 0;
    demand(isPower && this.pageSize >= 512, `its pages have ${stored} bytes`);
    this.usable = this.pageSize - bytes[20]!;
    demand(this.usable >= 480, `its pages have ${bytes[20]} reserved bytes`);
    this.newer = walFrames(wal, this.pageSize);
    let last = Math.floor(bytes.length / this.pageSize);
    for (const number of this.newer.keys()) last = Math.max(last, number);
    // a page number in the log may have any value
    demand(last <= (bytes.length + wal.length) / this.pageSize, 'its log extends far past its end');
    this.count = last;
    this.taken = new Uint8Array(this.count + 1);
  }

  /** Page `number`, starting with 1. No page is returned twice. @throws DatabaseError */
  take(number: number): { view: DataView; bytes: Uint8Array } {
    demand(number >= 1 && number <= this.count, `page ${number} of ${this.count} does not exist`);
    demand(this.taken[number] === 0, `page ${number} is used twice`);
    this.taken[number] = 1;
    const inLog = this.newer.get(number);
    const from = inLog ?? (number - 1) * this.pageSize;
    const bytes = (inLog === undefined ? this.bytes : this.wal).subarray(from, from + this.pageSize);
    demand(bytes.length === this.pageSize, `page ${number} is truncated`);
    return { view: viewOf(bytes), bytes };
  }
}

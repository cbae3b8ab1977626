/** Finds the clusters of a qcow2 image through its L1 and L2 tables. */
import { exact64 } from '../../bytes/field';
import { type ByteSource, SourceError } from '../../source/source';
import { TableCache } from '../recent';
import type { Run } from '../run-source';
import type { PackedClusters } from './packed';

/** What the entries of the tables depend on. */
export interface Disk {
  /** The image itself. */
  source: ByteSource;
  /** Where clusters are: the image, or a separate file. */
  data: ByteSource;
  backing: ByteSource | null;
  version: number;
  clusterBits: number;
  size: number;
  l1At: number;
  l1Entries: number;
  isExtended: boolean;
}

/** Part of an L2 table in memory. */
interface Piece {
  /** Bytes of the disk that it describes. */
  from: number;
  end: number;
  /** Null where there is no L2 table. */
  entries: Uint8Array | null;
  /** The entry of the L1 table, and the first entry of the part, for messages. */
  l1Index: number;
  firstEntry: number;
}

/** Bytes of a table that are read at once. */
const pieceBytes = 65536;
const l1CacheBytes = 2 ** 21;

const subclusters = 32;

/** A big-endian word of 32 bits. */
const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** Bits 9 to 55 of an entry: an offset. Exact, as all are multiples of 512. */
const offsetIn = (high: number, low: number): number => (high & 0xffffff) * 4294967296 + (low - (low & 0x1ff));

export class ClusterMap {
  private readonly l1: TableCache;
  private readonly l2: TableCache;
  private readonly clusterBytes: number;
  private readonly entryBytes: number;
  /** Bytes of the disk that an L2 table describes. */
  private readonly tableReach: number;
  private readonly l2PieceBytes: number;
  private piece: Piece | null = null;

  constructor(
    private readonly disk: Disk,
    private readonly packed: PackedClusters,
  ) {
    // an L1 entry may point into the L1 table, whose parts have other lengths
    this.l1 = new TableCache(disk.source, l1CacheBytes);
    this.l2 = new TableCache(disk.source);
    this.clusterBytes = 2 ** disk.clusterBits;
    this.entryBytes = disk.isExtended ? 16 : 8;
    this.tableReach = this.clusterBytes * (this.clusterBytes / this.entryBytes);
    this.l2PieceBytes = Math.min(this.clusterBytes, pieceBytes);
  }

  /** What byte `at` of the disk is. @throws SourceError for a damaged entry */
  readonly find = (at: number): Run | Promise<Run> => {
    const { piece } = this;
    if (piece !== null && at >= piece.from && at < piece.end) return this.runIn(piece, at);
    const loaded = this.load(at);
    return loaded instanceof Promise ? loaded.then((next) => this.runIn(next, at)) : this.runIn(loaded, at);
  };

  private load(at: number): Piece | Promise<Piece> {
    const l1Index = Math.floor(at / this.tableReach);
    const inPiece = l1Index % (pieceBytes / 8);
    const first = l1Index - inPiece;
    const length = Math.min(pieceBytes, (this.disk.l1Entries - first) * 8);
    const bytes = this.l1.get(this.disk.l1At + first * 8, length, 'the L1 table');
    return bytes instanceof Promise
      ? bytes.then((entries) => this.loadL2(at, l1Index, entries, inPiece * 8))
      : this.loadL2(at, l1Index, bytes, inPiece * 8);
  }

  private loadL2(at: number, l1Index: number, l1: Uint8Array, in1: number): Piece | Promise<Piece> {
    const high = word(l1, in1);
    const low = word(l1, in1 + 4);
    const from = l1Index * this.tableReach;
    if ((high & 0x7f000000) !== 0 || (low & 0x1ff) !== 0) throw this.faultInL1(l1Index, at, 'has reserved bits set');
    const table = offsetIn(high, low);
    const keep = (entries: Uint8Array | null, start: number, reach: number, firstEntry: number): Piece => {
      const end = Math.min(start + reach, this.disk.size);
      this.piece = { from: start, end, entries, l1Index, firstEntry };
      return this.piece;
    };
    if (table === 0) return keep(null, from, this.tableReach, 0);
    if (table % this.clusterBytes !== 0)
      throw this.faultInL1(l1Index, at, `points to byte ${table}, which is not the start of a cluster`);
    const perPiece = this.l2PieceBytes / this.entryBytes;
    const reach = perPiece * this.clusterBytes;
    const n = Math.floor((at - from) / reach);
    const what = `the L2 table of L1 entry ${l1Index}`;
    const bytes = this.l2.get(table + n * this.l2PieceBytes, this.l2PieceBytes, what);
    return bytes instanceof Promise
      ? bytes.then((entries) => keep(entries, from + n * reach, reach, n * perPiece))
      : keep(bytes, from + n * reach, reach, n * perPiece);
  }

  private faultInL1(index: number, at: number, clause: string): SourceError {
    return new SourceError(`L1 entry ${index} ${clause}`, at, 1);
  }

  private runIn(piece: Piece, at: number): Run | Promise<Run> {
    const { entries } = piece;
    if (entries === null) return this.unallocated(at, piece.end - at);
    const { disk, clusterBytes } = this;
    const index = Math.floor((at - piece.from) / clusterBytes);
    const start = piece.from + index * clusterBytes;
    const within = at - start;
    const left = Math.min(clusterBytes - within, piece.end - at);
    const i = index * this.entryBytes;
    const high = word(entries, i);
    const low = word(entries, i + 4);
    const fault = (clause: string): SourceError =>
      new SourceError(`L2 entry ${piece.firstEntry + index} of L1 entry ${piece.l1Index} ${clause}`, at, left);

    if ((high & 0x40000000) !== 0) {
      const hasBitmap = disk.isExtended && (word(entries, i + 8) | word(entries, i + 12)) !== 0;
      if (hasBitmap || high >>> 31 !== 0) throw fault('is of a compressed cluster and has reserved bits set');
      if (disk.data !== disk.source) throw fault('is of a compressed cluster, but the clusters are in another file');
      return this.packed.find(start / clusterBytes, high, low, within, left, fault);
    }
    if ((high & 0x3f000000) !== 0 || (low & 0x1fe) !== 0) throw fault('has reserved bits set');
    const host = offsetIn(high, low);
    if (host % clusterBytes !== 0) throw fault(`points to byte ${host}, which is not the start of a cluster`);
    // a cluster at byte 0 is only possible in another file
    const isUsed = high >>> 31 !== 0;
    if (host === 0 && isUsed && disk.data === disk.source) throw fault('is of a used cluster, but points to byte 0');
    const isAllocated = host !== 0 || isUsed;
    let length = left;
    if ((low & 1) !== 0) {
      if (disk.version < 3) throw fault('has a zero flag, which version 2 does not know');
      if (disk.isExtended) throw fault('has a zero flag, which extended entries do not know');
      return { kind: 'zero', length };
    }
    if (disk.isExtended) {
      const isZero = word(entries, i + 8);
      const isData = word(entries, i + 12);
      if ((isZero & isData) !== 0) throw fault('has subclusters that are both allocated and zero');
      if (isData !== 0 && !isAllocated) throw fault('has allocated subclusters, but no cluster');
      const bytes = clusterBytes / subclusters;
      const first = Math.floor(within / bytes);
      length = Math.min(left, (first + alike(isZero, isData, first)) * bytes - within);
      if ((isZero >>> first) & 1) return { kind: 'zero', length };
      if (!((isData >>> first) & 1)) return this.unallocated(at, length);
    } else if (!isAllocated) return this.unallocated(at, length);
    if (disk.data !== disk.source && host !== start)
      throw fault(`points to byte ${host} of the other file, but must point to byte ${start}`);
    const available = disk.data.size - host - within;
    if (available <= 0) {
      const end = `${host < disk.data.size ? 'but' : 'and'} the file ends at byte ${disk.data.size}`;
      throw fault(`points to byte ${exact64(low - (low & 0x1ff), high & 0xffffff)}, ${end}`);
    }
    return { kind: 'data', length: Math.min(length, available), source: disk.data, at: host + within };
  }

  /** Bytes of the backing file, and zeros after its end. */
  private unallocated(at: number, length: number): Run {
    const { backing } = this.disk;
    if (backing === null || at >= backing.size) return { kind: 'zero', length };
    return { kind: 'data', length: Math.min(length, backing.size - at), source: backing, at };
  }
}

/** How many subclusters from `first` have the same state. */
function alike(isZero: number, isData: number, first: number): number {
  const same = (bits: number, other: number): boolean => ((bits >>> first) & 1) === ((bits >>> other) & 1);
  let next = first + 1;
  while (next < subclusters && same(isZero, next) && same(isData, next)) next++;
  return next - first;
}

/** A sparse extent of VMDK: grains that are found through tables, as they are or compressed. */
import { u32, u64 } from '../../bytes/field';
import { messageOf } from '../../error';
import type { ContainerNote } from '../../problem/container';
import { bytesWithin } from '../../source/range';
import { type ByteSource, SourceError } from '../../source/source';
import type { LayerContext } from '../layer';
import type { Recent } from '../recent';
import type { Run } from '../run-source';
import { after, overlap, TableReader, viewOf } from '../tables';
import { type GrainDirectory, openDirectory } from './directory';
import { type SparseHeader, sectorBytes } from './sparse-header';

/** What the bytes of an extent are: from `at` in it, up to its end at most. */
export type FindInExtent = (at: number) => Run | Promise<Run>;

/** What all extents of a disk share. */
export interface Shared {
  context: LayerContext;
  /** Unpacked grains, by their byte in the disk. */
  grains: Recent;
  /** Bytes of tables that one extent may keep. */
  tableBytes: number;
}

const marker = { lba: u64(0), size: u32(8) };
const markerBytes = 12;

class SparseExtent {
  private readonly grainBytes: number;

  constructor(
    private readonly source: ByteSource,
    private readonly header: SparseHeader,
    private readonly directory: GrainDirectory,
    private readonly tables: TableReader,
    private readonly shared: Shared,
    /** Its first byte in the disk, and its bytes. */
    private readonly start: number,
    private readonly size: number,
  ) {
    this.grainBytes = header.grainSize * sectorBytes;
  }

  readonly find: FindInExtent = (at) => {
    const { entriesPerTable } = this.header;
    const grain = Math.floor(at / this.grainBytes);
    const index = Math.floor(grain / entriesPerTable);
    const end = Math.min((index + 1) * entriesPerTable * this.grainBytes, this.size);
    return after(this.directory.tableAt(index), (table) => {
      if (table === 0) return { kind: 'zero', length: end - at };
      const entryAt = table + (grain - index * entriesPerTable) * 4;
      return this.tables.get(entryAt, 4, 'a grain table', (view, entry) =>
        this.grainRun(grain, view.getUint32(entry, true), at),
      );
    });
  };

  private grainRun(grain: number, sector: number, at: number): Run | Promise<Run> {
    const { header, source } = this;
    const within = at - grain * this.grainBytes;
    const length = Math.min(this.grainBytes - within, this.size - at);
    if (sector === 0 || (sector === 1 && header.hasZeroGrains)) return { kind: 'zero', length };
    const place = sector * sectorBytes;
    if (this.isReserved(sector))
      throw new SourceError(`the grain table points to a header or table for grain ${grain}`, place, length);
    if (!header.isCompressed) return { kind: 'data', length, source, at: place + within };
    return after(this.unpacked(grain, place), (bytes) => {
      if (bytes.length < within + length)
        throw new SourceError(`grain ${grain} has ${bytes.length} bytes instead of ${this.grainBytes}`, place, length);
      return { kind: 'bytes', length, bytes: bytes.subarray(within) };
    });
  }

  /** Whether a grain there overlaps the header, the descriptor or the start of a grain directory. */
  private isReserved(sector: number): boolean {
    const { header } = this;
    const sectors = header.isCompressed ? 1 : header.grainSize;
    return (
      overlap(sector, sectors, header.descriptorOffset, header.descriptorSize) ||
      overlap(sector, sectors, header.gdOffset, 1) ||
      (header.rgdOffset !== undefined && overlap(sector, sectors, header.rgdOffset, 1))
    );
  }

  private unpacked(grain: number, place: number): Uint8Array | Promise<Uint8Array> {
    const key = this.start + grain * this.grainBytes;
    const { grains, context } = this.shared;
    const known = grains.get(key);
    if (known !== undefined) return known;
    const keep = (bytes: Uint8Array): Uint8Array => {
      grains.set(key, bytes);
      return bytes;
    };
    const fail = (error: unknown): never => {
      if (context.signal?.aborted) throw error;
      throw new SourceError(`cannot unpack grain ${grain}: ${messageOf(error)}`, place, this.grainBytes, {
        cause: error,
      });
    };
    return after(this.packed(grain, place), (packed) => {
      try {
        const unpacked = context.decompress('zlib', packed, this.grainBytes);
        return unpacked instanceof Promise ? unpacked.then(keep, fail) : keep(unpacked);
      } catch (error) {
        return fail(error);
      }
    });
  }

  /** The compressed data of a grain: after its marker, or up to the largest length that they can have. */
  private packed(grain: number, place: number): Uint8Array | Promise<Uint8Array> {
    const most = this.grainBytes * 2;
    if (!this.header.hasMarkers) return this.read(place, Math.max(1, Math.min(most, this.source.size - place)));
    return after(this.read(place, markerBytes), (bytes) => {
      const view = viewOf(bytes);
      const lba = marker.lba(view, 0);
      const size = marker.size(view, 0);
      if (lba !== grain * this.header.grainSize)
        throw new SourceError(`the marker of grain ${grain} has the sector ${lba}`, place, markerBytes);
      if (size === 0 || size > most)
        throw new SourceError(`the marker of grain ${grain} has the size ${size}`, place, markerBytes);
      return this.read(place + markerBytes, size);
    });
  }

  private read(at: number, length: number): Uint8Array | Promise<Uint8Array> {
    if (bytesWithin(this.source.size, at, length) < length)
      throw new SourceError(`a grain at byte ${at} is past the end of the ${this.source.size} bytes`, at, length);
    const bytes = new Uint8Array(length);
    return after(this.source.read(at, bytes), (got) => {
      if (got < length) throw new SourceError(`cannot read ${length} bytes at byte ${at}`, at, length);
      return bytes;
    });
  }
}

/** `start` is the first byte of the extent in the disk, `size` its bytes. */
export async function openSparseExtent(
  source: ByteSource,
  header: SparseHeader,
  shared: Shared,
  start: number,
  size: number,
  notes: ContainerNote[],
): Promise<FindInExtent> {
  if (!header.hasNewlines)
    notes.push({ kind: 'damaged', text: 'its line ends were changed: it was transferred as a text file' });
  if (header.isUnclean) notes.push({ kind: 'suspect', text: 'it was not closed' });
  const tables = new TableReader(source, shared.tableBytes);
  const directory = await openDirectory(source, header, tables, notes);
  return new SparseExtent(source, header, directory, tables, shared, start, size).find;
}

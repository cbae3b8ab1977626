/** Compressed clusters of a qcow2 image, unpacked when they are needed. */
import { messageOf } from '../../error';
import type { ByteSource, SourceError } from '../../source/source';
import type { Compression, Decompress } from '../decompress';
import { Recent } from '../recent';
import type { Run } from '../run-source';

/** Unpacked clusters in memory, in bytes: four of the largest. */
const cacheBytes = 2 ** 23;

/** Lengths of compressed data are in sectors. */
const sector = 512;

export class PackedClusters {
  private readonly recent = new Recent(cacheBytes);

  constructor(
    private readonly source: ByteSource,
    private readonly clusterBits: number,
    private readonly compression: Compression,
    private readonly decompress: Decompress,
  ) {}

  /**
   * Up to `length` bytes from byte `within` of cluster `number`, whose L2 entry has the words `high` and `low`.
   * @throws SourceError made by `fault` from a clause about the entry
   */
  find(
    number: number,
    high: number,
    low: number,
    within: number,
    length: number,
    fault: (clause: string) => SourceError,
  ): Run | Promise<Run> {
    const run = (bytes: Uint8Array): Run => ({ kind: 'bytes', length, bytes: bytes.subarray(within, within + length) });
    const known = this.recent.get(number);
    if (known !== undefined) return run(known);
    const bytes = this.load(number, high, low, fault);
    return bytes instanceof Promise ? bytes.then(run) : run(bytes);
  }

  private load(
    number: number,
    high: number,
    low: number,
    fault: (clause: string) => SourceError,
  ): Uint8Array | Promise<Uint8Array> {
    // the larger the clusters are, the more bits has the length and the fewer the offset
    const highBits = 38 - this.clusterBits;
    const highOffset = high & (2 ** highBits - 1);
    if (highOffset >>> 24 !== 0) throw fault('is of a compressed cluster and has reserved bits set');
    const at = highOffset * 4294967296 + low;
    const sectors = ((high & 0x3fffffff) >>> highBits) + 1;
    // the last sector of a file may be incomplete
    const length = Math.min(sectors * sector - (low % sector), this.source.size - at);
    if (length <= 0) throw fault(`points to byte ${at}, which is past the end of the file`);

    const failed = (error: unknown): never => {
      throw fault(`points to a compressed cluster at byte ${at} that cannot be unpacked: ${messageOf(error)}`);
    };
    const keep = (bytes: Uint8Array): Uint8Array => {
      const expected = 2 ** this.clusterBits;
      if (bytes.length !== expected) failed(new Error(`it unpacks to ${bytes.length} bytes, not to ${expected}`));
      this.recent.set(number, bytes);
      return bytes;
    };
    const packed = new Uint8Array(length);
    const unpack = (): Uint8Array | Promise<Uint8Array> => {
      let unpacked: Uint8Array | Promise<Uint8Array>;
      try {
        unpacked = this.decompress(this.compression, packed, 2 ** this.clusterBits);
      } catch (error) {
        return failed(error);
      }
      return unpacked instanceof Promise ? unpacked.then(keep, failed) : keep(unpacked);
    };
    const read = this.source.read(at, packed);
    return typeof read === 'number' ? unpack() : read.then(unpack);
  }
}

/** A regular file of an image as a source of bytes, for images inside images. */
import { firstIndex } from '../bytes/first-index';
import { GrowableF64 } from '../bytes/growable';
import { inodeFlags } from '../layout/inode';
import { memorySource } from '../source/memory';
import { bytesWithin } from '../source/range';
import { type ByteSource, SourceError } from '../source/source';
import type { Volume } from '../volume/volume';
import { ImageError } from './error';
import { blocksCovered, requireReadable, wholeContent } from './file';
import { fileRuns } from './runs';
import { type InodeRecord, placeOf } from './stat';

/** Largest number of pieces of one file: 64 MiB of memory. */
const maxRuns = 2 ** 22;

/** The pieces of a file. */
class Pieces {
  /** First byte of each piece in the file, and in the image; -1 for zeros, -2 for lost bytes. */
  private readonly starts = new GrowableF64(64);
  private readonly places = new GrowableF64(64);

  add(start: number, place: number): boolean {
    this.starts.push(start);
    this.places.push(place);
    return this.starts.length <= maxRuns;
  }

  /** The place of byte `at` in the image, and the number of bytes that follow in its piece. */
  at(at: number, size: number): { place: number; length: number } {
    // the first piece starts at or before 0
    const low = Math.max(0, firstIndex(0, this.starts.length, (i) => this.starts.get(i) > at) - 1);
    const start = this.starts.get(low);
    const end = low + 1 < this.starts.length ? this.starts.get(low + 1) : size;
    const place = this.places.get(low);
    return { place: place < 0 ? place : place + at - start, length: end - at };
  }
}

/**
 * The bytes of an inode at any offset, holes as zeros. Reads where the mapping is damaged throw a SourceError.
 * @throws ImageError `encrypted`; `damaged` when the inline data is missing; `too-large` for more than 4 million pieces
 */
export async function fileSourceOf(volume: Volume, record: InodeRecord): Promise<ByteSource> {
  requireReadable(record);
  const { size } = record;
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) return memorySource(await wholeContent(volume, record, 65536));
  const { blockSize } = volume.geometry;
  const pieces = new Pieces();
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) {
    const place = run.kind === 'data' ? run.physical * blockSize : run.kind === 'lost' ? -2 : -1;
    if (!pieces.add(run.logical * blockSize, place))
      throw new ImageError('too-large', `it has more than ${maxRuns} pieces`, placeOf(record));
  }
  return {
    size,
    async read(at, into) {
      const wanted = bytesWithin(size, at, into.length);
      for (let done = 0; done < wanted; ) {
        const { place, length } = pieces.at(at + done, size);
        const part = into.subarray(done, done + Math.min(length, wanted - done));
        if (place === -1) part.fill(0);
        else await readPart(volume, place, part, at + done);
        done += part.length;
      }
      return Math.max(0, wanted);
    },
    locate(at) {
      const { place } = pieces.at(at, size);
      if (place < 0) return place === -1 ? null : undefined;
      // the image can be truncated
      if (place >= volume.source.size) return undefined;
      return volume.source.locate === undefined ? place : volume.source.locate(place);
    },
  };
}

async function readPart(volume: Volume, place: number, part: Uint8Array, at: number): Promise<void> {
  const got = place < 0 ? null : await volume.read(place, part.length);
  if (got === null || got.length < part.length)
    throw new SourceError('the file that holds the image has no block there', at, part.length);
  part.set(got);
}

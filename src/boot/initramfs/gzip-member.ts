/** Checks one complete member of a gzip stream: header, packed data, checksum and size; RFC 1952. */

import { crc32le } from '../../bytes/crc32le';
import { type Inflate, InflateError } from '../../platform/inflation';
import { ByteStream } from '../byte-stream';

/** Reads the bytes from an offset to the end. */
export type ReadFrom = (at: number) => AsyncIterable<Uint8Array>;

export interface MemberResult {
  /** First byte after the member; -1 if unknown. */
  end: number;
  /** What is wrong, as a clause; null if nothing is. */
  fault: string | null;
  /** The member has more content than `maxUnpacked`, and was read no further. */
  isTooLarge?: true;
}

/** Most bytes of content that are unpacked; no initramfs and no kernel has as many. */
export const maxUnpacked = 2 ** 30;

/** Ends the reading of a member whose content is larger than `maxUnpacked`. */
class TooLarge extends Error {}

/** Bytes of the header, or -1 if it is invalid. */
async function headerLength(stream: ByteStream): Promise<number> {
  const start = stream.position;
  const fixed = await stream.take(10);
  if (fixed === null || fixed[2] !== 8 || (fixed[3]! & 0xe0) !== 0) return -1;
  const flags = fixed[3]!;
  if ((flags & 4) !== 0) {
    const length = await stream.take(2);
    if (length === null || !(await stream.skip(length[0]! | (length[1]! << 8)))) return -1;
  }
  for (const bit of [8, 16]) {
    if ((flags & bit) === 0) continue;
    for (let byte = await stream.take(1); byte?.[0] !== 0; byte = await stream.take(1))
      if (byte === null || stream.position - start > 65536) return -1;
  }
  if ((flags & 2) !== 0 && !(await stream.skip(2))) return -1;
  return stream.position - start;
}

/**
 * Checks the member at `at`. `content` gets its unpacked content as a stream, and need not read it to the end.
 * The kernel ignores the checksum, but a wrong checksum means wrong content.
 */
export async function checkMember(
  readFrom: ReadFrom,
  at: number,
  inflate: Inflate,
  content: (stream: ByteStream) => Promise<void>,
): Promise<MemberResult> {
  const head = new ByteStream(readFrom(at), at);
  const header = await headerLength(head);
  await head.close();
  if (header < 0) return { end: -1, fault: 'its gzip header is invalid' };
  const inflation = inflate(readFrom(at + header));
  let [crc, size] = [0, 0];
  const stream = new ByteStream(inflation.output, 0, (piece) => {
    crc = crc32le(crc, piece);
    size += piece.length;
    if (size > maxUnpacked) throw new TooLarge();
  });
  try {
    await content(stream);
    await stream.skipAll();
  } catch (error) {
    if (error instanceof TooLarge) {
      await stream.close();
      return { end: -1, fault: null, isTooLarge: true };
    }
    if (!(error instanceof InflateError)) throw error;
    return { end: -1, fault: `its gzip data is damaged: after ${size} bytes of content, ${error.message}` };
  }
  const trailerAt = at + header + inflation.consumed();
  const tail = new ByteStream(readFrom(trailerAt), trailerAt);
  const trailer = await tail.take(8);
  await tail.close();
  if (trailer === null) return { end: -1, fault: 'its gzip data ends before the checksum' };
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
  const end = trailerAt + 8;
  if (view.getUint32(0, true) !== crc) return { end, fault: 'the checksum of its gzip data is wrong' };
  if (view.getUint32(4, true) !== size % 4294967296) return { end, fault: 'the size of its gzip data is wrong' };
  return { end, fault: null };
}

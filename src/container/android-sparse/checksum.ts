/** Verifies the checksums of an Android sparse image. */
import { crc32leJoined, crc32leRepeated } from '../../bytes/crc32-joined';
import { crc32le } from '../../bytes/crc32le';
import type { ContainerNote } from '../../problem/container';

import { dontCare, fillOfPlace, type SparseFile } from './chunks';

/** Most bytes of data that are read to verify a checksum before a check begins: they take 0.4 s. */
const maxBytes = 256 * 2 ** 20;
const readBytes = 2 ** 20;
const fillBytes = 2 ** 12;

/** Continues `crc` over `length` bytes that repeat a number of 32 bits. */
function overFill(crc: number, value: number, length: number): number {
  const pattern = new Uint8Array(Math.min(fillBytes, length));
  const view = new DataView(pattern.buffer);
  for (let at = 0; at < pattern.length; at += 4) view.setUint32(at, value, true);
  const count = Math.floor(length / pattern.length);
  const one = crc32le(0, pattern);
  const all = crc32leJoined(crc, crc32leRepeated(one, pattern.length, count), count * pattern.length);
  return crc32le(all, pattern.subarray(0, length - count * pattern.length));
}

/**
 * Two checksums of the blocks before `end`: blocks that are not in the image are zeros by the format, but some writers leave
 * them out of the checksum.
 */
async function checksumsTo(file: SparseFile, end: number, signal: AbortSignal | undefined): Promise<[number, number]> {
  const { source, blockSize, pieces } = file;
  const buffer = new Uint8Array(readBytes);
  let withZeros = 0;
  let without = 0;
  let areEqual = true;
  for (let i = 0; i < pieces.starts.length; i++) {
    const start = pieces.starts.get(i);
    if (start >= end) break;
    const next = i + 1 < pieces.starts.length ? pieces.starts.get(i + 1) : file.blocks;
    const length = (Math.min(end, next) - start) * blockSize;
    const place = pieces.places.get(i);
    if (place === dontCare) {
      withZeros = overFill(withZeros, 0, length);
      areEqual = false;
    } else if (place < 0) {
      withZeros = overFill(withZeros, fillOfPlace(place), length);
      without = areEqual ? withZeros : overFill(without, fillOfPlace(place), length);
    } else {
      for (let done = 0; done < length; ) {
        signal?.throwIfAborted();
        const part = buffer.subarray(0, Math.min(buffer.length, length - done));
        await source.read(place + done, part);
        withZeros = crc32le(withZeros, part);
        without = areEqual ? withZeros : crc32le(without, part);
        done += part.length;
      }
    }
  }
  return [withZeros, without];
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/**
 * What is wrong with the checksums of `file`, or that they were not verified. A large image would be read twice.
 * @throws SourceError
 */
export async function checksumNotes(file: SparseFile, signal?: AbortSignal): Promise<ContainerNote[]> {
  const { checksum, headerChecksum, blocks, rawBytes } = file;
  const all = [
    ...(checksum === null ? [] : [{ ...checksum, what: 'the checksum chunk' }]),
    ...(headerChecksum === 0 ? [] : [{ end: blocks, crc: headerChecksum, what: 'the field image_checksum' }]),
  ];
  if (all.length === 0 || file.truncatedAt !== null) return [];
  if (rawBytes > maxBytes) return [{ kind: 'remark', text: 'its checksum was not verified, because it is large' }];
  const notes: ContainerNote[] = [];
  for (const { end, crc, what } of all) {
    const found = await checksumsTo(file, end, signal);
    if (!found.includes(crc))
      notes.push({
        kind: 'damaged',
        text: `${what} is ${hex(crc)}, but the data have ${hex(found[0])}: data were changed`,
      });
  }
  return notes;
}

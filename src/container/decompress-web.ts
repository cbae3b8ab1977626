/** Unpacks compressed blocks with the DecompressionStream of browsers. */
import { joined } from '../bytes/joined';
import { messageOf } from '../error';
import type { Compression, Decompress } from './decompress';
import { zstdFrame } from './zstd-frame';

const formats: Readonly<Record<Compression, string>> = { 'deflate-raw': 'deflate-raw', zlib: 'deflate', zstd: 'zstd' };

/** Bytes of input at a time: what these unpack to is in memory at once, a thousand times as much at most. */
const pieceBytes = 8192;
/** The shortest chunk of output that is expected of a platform. */
const chunkBytes = 4096;

function openStream(kind: Compression): DecompressionStream {
  try {
    return new DecompressionStream(formats[kind] as CompressionFormat);
  } catch (cause) {
    throw new Error(`this platform cannot unpack ${kind}`, { cause });
  }
}

/**
 * A stream fails at bytes after the compressed data, and its failure drops the chunks for which no read waits. So as many
 * reads wait as the block may have chunks, and a failure after all bytes have come is ignored.
 */
export const decompressWeb: Decompress = async (kind, packed, size) => {
  const stream = openStream(kind);
  const input = kind === 'zstd' ? zstdFrame(packed) : packed;
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  const parts: Uint8Array[] = [];
  let length = 0;
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  // these reject as well, and a rejection without a handler ends a process
  for (const promise of [reader.closed, writer.closed, writer.ready]) promise.catch(() => {});
  const readAll = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done && length <= size; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
    }
  };
  const reads = Array.from({ length: Math.ceil(size / chunkBytes) + 2 }, () => readAll().catch(failed));
  try {
    for (let at = 0; at < input.length && length < size && failures.length === 0; at += pieceBytes)
      await writer.write(input.slice(at, at + pieceBytes));
    if (length < size && failures.length === 0) await writer.close();
  } catch (error) {
    failed(error);
  }
  // nothing reads the rest
  if (length >= size) await writer.abort().catch(() => {});
  await Promise.all(reads);
  if (length > size) throw new Error(`it unpacks to more than ${size} bytes`);
  if (length < size && failures.length > 0)
    throw new Error(messageOf(failures[0]) || 'it is damaged or ends too early', { cause: failures[0] });
  return joined(parts, length);
};

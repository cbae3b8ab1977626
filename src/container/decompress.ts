/** The interface by which layers unpack single compressed blocks. */
import { messageOf } from '../error';

/** The compressions of single blocks in virtual disks. */
export type Compression = 'deflate-raw' | 'zlib' | 'zstd';

/**
 * Unpacks one block of at most `size` bytes; bytes after the end of the compressed data are ignored. The result may have
 * fewer bytes than `size`. Throws or rejects with an Error whose message is a clause for damaged data, or if this platform
 * does not have the compression.
 */
export type Decompress = (kind: Compression, packed: Uint8Array, size: number) => Uint8Array | Promise<Uint8Array>;

/** A frame with a single byte. */
const zstdSample = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0x41);

/** Why zstd cannot be unpacked on this platform, as a clause; null if it can. */
export async function zstdRefusal(decompress: Decompress): Promise<string | null> {
  try {
    await decompress('zstd', zstdSample, 1);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** An image in a Blob or File: what a browser's file input or drop gives. */
import { messageOf } from '../error';
import { bytesWithin } from './range';
import { type ByteSource, SourceError } from './source';

/**
 * Reads slices of `blob` on demand; nothing is read ahead or kept.
 *
 * Do not pass a Blob made by `fs.openAsBlob` of Node 20 for a file of 4 GiB or more: its `size` is the real size modulo
 * 2^32 (8 GiB becomes 0), which this function cannot detect. Use `fileSource` for such files.
 * @throws SourceError on reading, when the file of the Blob was changed, removed or cannot be read.
 */
export function blobSource(blob: Blob): ByteSource {
  const size = blob.size;
  return {
    size,
    async read(at, into) {
      const length = bytesWithin(size, at, into.length);
      if (length === 0) return 0;
      let bytes: Uint8Array;
      try {
        bytes = new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
      } catch (cause) {
        const why = messageOf(cause);
        throw new SourceError(`cannot read bytes ${at} to ${at + length - 1} of the Blob: ${why}`, at, length, {
          cause,
        });
      }
      into.set(bytes);
      return bytes.length;
    },
  };
}

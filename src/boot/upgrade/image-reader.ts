/** The state of a machine from an image of its state partition; images inside of it are read where they lie. */

import type { StateFile, StateReader } from '../../platform/state-reader';
import type { ByteSource } from '../../source/source';
import { ImageError } from '../../view/error';
import type { Image } from '../../view/image';

const maxNames = 65536;

/** What `work` gives, or `otherwise` where the image cannot answer. */
async function tolerant<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError) return otherwise;
    throw error;
  }
}

/** Reads from the view of an image. `free` is what the file system counts as free, in bytes. */
export function imageStateReader(image: Image, free: number): StateReader {
  return {
    stat: (path) =>
      tolerant<StateFile | null>(async () => {
        const { type, size, sectors } = await image.stat(path || '/');
        const kind = type === 'file' || type === 'directory' ? type : 'other';
        return { type: kind, size, sparse: type === 'file' ? sectors * 512 < size : null };
      }, null),
    read: (path, length) =>
      tolerant<Uint8Array | null>(async () => {
        const bytes = new Uint8Array(Math.min(length, (await image.stat(path)).size));
        let at = 0;
        for await (const piece of image.readFile(path)) {
          const part = piece.subarray(0, bytes.length - at);
          bytes.set(part, at);
          at += part.length;
          if (at >= bytes.length) break;
        }
        return bytes.subarray(0, at);
      }, null),
    list: (path) =>
      tolerant<string[]>(async () => {
        const names: string[] = [];
        for await (const { name } of image.readdir(path || '/')) if (names.push(name) >= maxNames) break;
        return names.sort();
      }, []),
    open: (path) => tolerant<ByteSource | null>(() => image.openFile(path), null),
    free: async () => free,
  };
}

/** Reads the state of a machine from an image of its state partition; images inside it are read in place. */

import type { StateFile, StateReader } from '../../platform/state-reader';
import type { ByteSource } from '../../source/source';
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';

const maxNames = 65536;

/** The result of `work`, or `otherwise` if the image cannot be read there. */
const tolerant = <T>(work: () => Promise<T>, otherwise: T): Promise<T> => catchImageError(work, () => otherwise);

/** Reads from the view of an image. `free` is the free space of the file system, in bytes. */
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

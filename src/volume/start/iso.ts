/** Recognizes live systems on ISO 9660 images by the names in the root directory. */
import type { ByteSource } from '../../source/source';
import { bytesAt, viewOf } from './bytes';

const descriptorAt = 0x8000;
const sectorBytes = 2048;
const maxDirectory = 2 ** 16;

/** Folders in which live systems have their squashfs. */
const liveFolders = new Set(['casper', 'live', 'liveos', 'arch']);

/** The folder of a live system in the image, as it is named there in lower case; null if there is none. */
export async function liveFolder(source: ByteSource): Promise<string | null> {
  const descriptor = await bytesAt(source, descriptorAt, sectorBytes);
  if (descriptor.length < sectorBytes) return null;
  const view = viewOf(descriptor);
  const [sector, size] = [view.getUint32(158, true), view.getUint32(166, true)];
  const directory = await bytesAt(source, sector * sectorBytes, Math.min(size, maxDirectory));
  for (let at = 0; at + 33 < directory.length; ) {
    const length = directory[at]!;
    if (length === 0) {
      // a record never crosses a sector
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes;
      continue;
    }
    const name = String.fromCharCode(...directory.subarray(at + 33, at + 33 + directory[at + 32]!)).toLowerCase();
    if (liveFolders.has(name)) return name;
    at += length;
  }
  return null;
}

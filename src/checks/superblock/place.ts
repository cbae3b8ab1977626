/** The place of a field of the superblock in use, for findings with a byte range. */
import { superblock, superblockOffset } from '../../layout/superblock';
import type { Where } from '../../problem/finding';
import type { Opening } from '../../volume/open';

/** The bytes of field `name` in the superblock in use, or in the primary one when `opening` is null. */
export function superblockPlace(opening: Opening | null, name: keyof typeof superblock): Where {
  const start = opening?.backup ? opening.superBlock * opening.volume.geometry.blockSize : superblockOffset;
  const { offset, bytes } = superblock[name];
  return { bytes: { at: start + offset, length: bytes } };
}

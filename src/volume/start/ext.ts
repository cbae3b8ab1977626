/** Recognizes ext superblocks in bytes and in parts of a disk. */
import { superblockMagic, superblockOffset, superblockSize } from '../../layout/superblock';
import type { ByteSource } from '../../source/source';
import { backupKind, backupPlaces } from '../backups';
import { type Geometry, readGeometry } from '../geometry';
import { openFailure } from '../validity';
import { bytesAt, viewOf } from './bytes';

const magicAt = 0x38;

/** The superblock at byte `at` of `bytes`, if it can be opened or is only of a newer format; else null. */
export function superblockIn(bytes: Uint8Array, at: number): Geometry | null {
  if (at < 0 || at + superblockSize > bytes.length) return null;
  const view = viewOf(bytes);
  if (view.getUint16(at + magicAt, true) !== superblockMagic) return null;
  const geometry = readGeometry(view, at);
  const failure = openFailure(geometry, bytes.subarray(at, at + superblockSize));
  return failure === null || failure.kind === 'feature' || failure.kind === 'optional-feature' ? geometry : null;
}

/** The same for a primary superblock. */
export function primaryIn(bytes: Uint8Array, at: number): Geometry | null {
  const geometry = superblockIn(bytes, at);
  return geometry !== null && geometry.sb.s_block_group_nr === 0 ? geometry : null;
}

/** An ext file system in a part of a disk. */
export interface FoundExt {
  geometry: Geometry;
  /** The primary superblock is destroyed. */
  fromBackup: boolean;
}

/** Number of places where a backup is looked for. */
const maxPlaces = 16;

/** The ext file system in `part`, whose first bytes are `head`: by its primary superblock, else by a backup; null without. */
export async function findExt(part: ByteSource, head: Uint8Array): Promise<FoundExt | null> {
  const primary = primaryIn(head, superblockOffset);
  if (primary !== null) return { geometry: primary, fromBackup: false };
  let tried = 0;
  for (const { block, blockSize } of backupPlaces(part.size, null)) {
    if (block * blockSize + superblockSize > part.size) continue;
    if (tried++ === maxPlaces) break;
    const geometry = superblockIn(await bytesAt(part, block * blockSize, superblockSize), 0);
    if (geometry?.blockSize === blockSize && backupKind(geometry, block) === 'numbered')
      return { geometry, fromBackup: true };
  }
  return null;
}

/** The hash of an entry in the index of its directory. */
import type { NameFolder } from '../../bytes/casefold';
import { dirHash, isSupportedHash } from '../../bytes/dirhash';
import { dirent, direntHeaderSize, direntSize } from '../../layout/dirent';
import { dxHash } from '../../layout/htree';
import { fsFlags } from '../../layout/superblock';
import type { Geometry } from '../../volume/geometry';

/** The four words of `s_hash_seed`, given as bytes. */
export function hashSeed(seed: Uint8Array): Uint32Array {
  const words = new DataView(seed.slice().buffer);
  return Uint32Array.from([0, 4, 8, 12], (at) => words.getUint32(at, true));
}

/** A stored hash version with the signedness of the file system applied. */
export function signedVersion({ sb }: Geometry, stored: number): number {
  return stored <= dxHash.TEA && (sb.s_flags & fsFlags.UNSIGNED_HASH) !== 0 ? stored + 3 : stored;
}

export class EntryHash {
  private readonly seed: Uint32Array;

  constructor(
    seed: Uint8Array,
    private readonly folder: NameFolder,
  ) {
    this.seed = hashSeed(seed);
  }

  /**
   * Hashes the entry at `at` by `version`, signedness applied; with `fold` the case of the name is ignored. Siphash
   * needs a key, so it is stored after the name. For an unknown version every hash is 0.
   */
  of(version: number, view: DataView, bytes: Uint8Array, at: number, fold: boolean): number {
    const start = at + direntHeaderSize;
    const length = dirent.name_len(view, at);
    if (version === dxHash.SIPHASH) {
      const stored = at + direntSize(length);
      return stored + 4 <= view.byteLength ? view.getUint32(stored, true) : 0;
    }
    if (!isSupportedHash(version)) return 0;
    if (fold) {
      // a name that is not UTF-8 is hashed unchanged, as in the kernel
      const folded = this.folder.fold(bytes, start, start + length);
      if (folded >= 0) return dirHash(version, this.folder.bytes, 0, folded, this.seed);
    }
    return dirHash(version, bytes, start, start + length, this.seed);
  }
}

/** Digests without node:crypto, on the calling thread, as browsers need them. RIPEMD-160 is not supported. */
import { Blake2b } from '../bytes/blake2b';
import { Md5 } from '../bytes/md5';
import { Sha1 } from '../bytes/sha1';
import { Sha256 } from '../bytes/sha256';
import { Sha512 } from '../bytes/sha512';
import type { DigestName } from '../platform/digests';
import { bufferBytes, type DigestFactory, type Digests, digestNames, type OpenDigest } from '../platform/digests';
import { alignedBuffer } from '../source/aligned';
import { type LaneState, runParts } from './run-parts';

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

const makers: Partial<Record<DigestName, () => Hash>> = {
  md5: () => new Md5(),
  sha1: () => new Sha1(),
  sha224: () => new Sha256(28),
  sha256: () => new Sha256(),
  sha384: () => new Sha512(48),
  sha512: () => new Sha512(),
  blake2b512: () => new Blake2b(),
};

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const ownDigest: DigestFactory = (name) => {
  const hash = makers[name]?.();
  return hash ? { update: (bytes) => hash.update(bytes), digest: () => hexOf(hash.digest()) } : null;
};

/** Digests that `factory` computes on this thread. */
export function digestsHere(factory: DigestFactory = ownDigest): Digests {
  const make = (bit: number): OpenDigest => factory(digestNames[bit]!)!;
  return {
    knows: (name) => factory(name) !== null,
    open() {
      const state: LaneState = { open: [] };
      const buffer = alignedBuffer(bufferBytes);
      return { lanes: [{ buffer, run: (parts) => runParts(state, buffer, parts, make, null) }], close: () => {} };
    },
  };
}

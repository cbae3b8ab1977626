/** The digests of node:crypto, by their bits in a mask. */
import { createHash, getHashes, hash } from 'node:crypto';
import { type DigestName, digestNames, type OpenDigest } from '../platform/digests';

const nodeName = (name: DigestName): string => (name === 'rmd160' ? 'ripemd160' : name);
const names = digestNames.map(nodeName);

/** Lists the digests that this build of Node has. */
export function knownDigests(): (name: DigestName) => boolean {
  const known = new Set(getHashes());
  return (name) => known.has(nodeName(name));
}

export const openDigest = (bit: number): OpenDigest => createHash(names[bit]!);

/** Digests bytes in one go; null before Node 20.12, which has no such call. */
export const digestOnce: ((bit: number, bytes: Uint8Array) => string) | null =
  hash === undefined ? null : (bit, bytes) => hash(names[bit]!, bytes, 'hex');

/** Recognizes formats whose superblock is at the end of an image. */
import type { StartFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import { bytesAt, hasText } from './bytes';

/** Bytes from the end that are read. */
const endBytes = 2 ** 17;
const step = 2 ** 16;

// a member that was reused keeps its superblock: the image is not this for certain
const facts = (name: string, what: string): StartFacts => ({
  kind: 'container',
  name,
  what,
  claims: false,
  partitions: [],
});

/** What the end of `source` has a superblock of; null if nothing is known there. */
export async function identifyEnd(source: ByteSource): Promise<StartFacts | null> {
  const from = Math.max(0, source.size - endBytes);
  const bytes = await bytesAt(source, from, endBytes);
  const sectors = Math.floor(source.size / 512);
  // versions 1.0 and 0.90, which have their version after the magic number
  const version1 = Math.floor((sectors - 16) / 8) * 4096;
  const version0 = (Math.floor(source.size / step) - 1) * step;
  const isMember =
    hasText(bytes, version1 - from, '\xfc\x4e\x2b\xa9\x01\0\0\0') ||
    hasText(bytes, version0 - from, '\xfc\x4e\x2b\xa9\0\0\0\0');
  return isMember ? facts('md', 'a member of an md RAID') : null;
}

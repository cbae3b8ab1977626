/** Holds contents against what manifest entries say of them. */
import { Cksum } from '../../bytes/cksum';
import type { DigestName } from '../../platform/digests';
import { ImageError } from '../../view/error';
import type { Image } from '../../view/image';
import type { FileContent } from '../file-content';
import type { Difference } from './compare';
import type { ManifestEntry } from './entry';
import { problems } from './problems';

/** The digests to ask for, so that an entry can be judged; none when it has no digest. */
export function wantedDigests({ digests = [] }: ManifestEntry): readonly DigestName[] {
  return digests.length === 1 ? digests[0]!.names : digests.flatMap(({ names }) => names);
}

/** What is wrong with a file's content; null when all digests fit. Null as well when the entry has none. */
export function contentDifference(entry: ManifestEntry, content: FileContent): Difference | null {
  if (content.error !== null) return unreadable(content.error.message);
  for (const { names, hex } of entry.digests ?? []) {
    if (names.some((name) => content.digests[name] === hex)) continue;
    if (content.zeros.all && content.size > 0) return allNul(content.size);
    const name = names.find((one) => content.digests[one] !== undefined);
    if (name === undefined) return unreadable(`its ${names.join(' or ')} could not be computed`);
    return differing(name, content.digests[name]!, hex);
  }
  return null;
}

/** The same for an entry whose only digest is the CRC of cksum, which nothing else needs: the file is read for it alone. */
export async function cksumDifference(
  entry: ManifestEntry,
  inode: number,
  image: Image,
  signal: AbortSignal | undefined,
): Promise<Difference | null> {
  const crc = new Cksum();
  try {
    for await (const piece of image.readFile(inode, signal === undefined ? {} : { signal })) crc.update(piece);
  } catch (error) {
    if (error instanceof ImageError) return unreadable(error.message);
    throw error;
  }
  const stored = crc.digest();
  return stored === entry.cksum ? null : differing('cksum', String(stored), String(entry.cksum));
}

export const allNul = (size: number): Difference =>
  ({ problem: problems['manifest-content-all-nul'], data: { size } }) as Difference;

export const unreadable = (why: string): Difference =>
  ({ problem: problems['manifest-content-unreadable'], data: { why } }) as Difference;

const differing = (digest: string, stored: string, expected: string): Difference =>
  ({ problem: problems['manifest-content-differs'], data: { digest, stored, expected } }) as Difference;

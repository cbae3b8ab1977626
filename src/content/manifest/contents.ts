/** Compares contents with manifest entries. */
import { Cksum } from '../../bytes/cksum';
import type { DigestName } from '../../platform/digests';
import { catchImageError } from '../../view/error';
import type { Image } from '../../view/image';
import { opened } from '../../view/opened-image';
import type { FileContent } from '../file-content';
import { timesRead } from '../read-task';
import type { Difference } from './compare';
import type { ManifestEntry } from './entry';
import { problems } from './problems';

/** The digests that an entry needs; none if it has no digest. */
export function wantedDigests({ digests = [] }: ManifestEntry): readonly DigestName[] {
  return digests.length === 1 ? digests[0]!.names : digests.flatMap(({ names }) => names);
}

/** How a file's content differs; null if all digests match or there are none. */
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

/** Bytes of holes that are read for CRCs of cksum, which take a second for them. */
const cksumHoles = 2 ** 28;

/** Bytes that are read for CRCs of cksum. */
export const cksumBudget = (image: Image): { left: number } => ({
  left: timesRead * opened(image).volume.source.size + cksumHoles,
});

/**
 * The same for an entry whose only digest is the CRC of cksum: the file is read again for it. `too-large` if that takes more
 * bytes than are left.
 */
export function cksumDifference(
  entry: ManifestEntry,
  inode: number,
  image: Image,
  budget: { left: number },
): Promise<Difference | 'too-large' | null> {
  const compare = async () => {
    const crc = new Cksum();
    for await (const piece of image.readFile(inode)) {
      budget.left -= piece.length;
      if (budget.left < 0) return 'too-large';
      crc.update(piece);
    }
    const stored = crc.digest();
    return stored === entry.cksum ? null : differing('cksum', String(stored), String(entry.cksum));
  };
  return catchImageError(compare, ({ message }) => unreadable(message));
}

export const allNul = (size: number): Difference =>
  ({ problem: problems['manifest-content-all-nul'], data: { size } }) as Difference;

export const unreadable = (why: string): Difference =>
  ({ problem: problems['manifest-content-unreadable'], data: { why } }) as Difference;

const differing = (digest: string, stored: string, expected: string): Difference =>
  ({ problem: problems['manifest-content-differs'], data: { digest, stored, expected } }) as Difference;

/** The digest of a symlink's target, which apk stores instead of one of content. */
import { parsePrintableName } from '../../bytes/names';
import type { DigestName } from '../../platform/digests';
import { ownDigest } from '../own-digests';

/** Lower-case hexadecimal digest of a printable target; empty if it cannot be computed here. */
export function linkDigest(target: string, name: DigestName): string {
  const digest = ownDigest(name);
  digest?.update(parsePrintableName(target));
  return digest?.digest('hex') ?? '';
}

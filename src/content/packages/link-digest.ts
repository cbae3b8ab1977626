/** The digest of a symlink's target, which apk keeps in place of one of content. */
import { parsePrintableName } from '../../bytes/names';
import type { DigestName } from '../../platform/digests';
import { ownDigest } from '../own-digests';

/** Lower-case hexadecimal digest of a printable target; empty for a digest that is not known here. */
export function linkDigest(target: string, name: DigestName): string {
  const digest = ownDigest(name);
  digest?.update(parsePrintableName(target));
  return digest?.digest('hex') ?? '';
}

/** Parses a manifest of any known format. */
import { ExtcheckError } from '../../error';
import { allSteps, type Steps, stepsInTurns, type Turns } from '../../source/turns';
import { byteText } from '../byte-text';
import { digestListSteps, looksLikeDigest } from './digest-list';
import { type Manifest, manifestLimits } from './entry';
import { mtreeSteps } from './mtree';

/** The manifest is invalid. The message is a clause without a full stop; the code is `invalid-manifest`. */
export class ManifestError extends ExtcheckError {
  override readonly name = 'ManifestError';

  constructor(message: string) {
    super('invalid-manifest', message);
  }
}

/**
 * Parses a manifest: BSD mtree, or a list of digests as `sha256sum`, `sha512sum`, `sha1sum`, `md5sum` and `b2sum` write it
 * (GNU, BSD and `-z` formats). Invalid lines are listed in `faults`; a check is then never `clean`.
 *
 * @throws ManifestError if it has another format, is empty, or is larger than 256 MiB
 */
export function parseManifest(manifest: string | Uint8Array): Manifest {
  return allSteps(manifestSteps(manifest));
}

/** The same with turns of the event loop, as a large manifest takes seconds. @throws as `parseManifest` */
export const parseManifestInTurns = (manifest: Uint8Array, turns: Turns): Promise<Manifest> =>
  stepsInTurns(manifestSteps(manifest), turns);

function* manifestSteps(manifest: string | Uint8Array): Steps<Manifest> {
  const bytes = typeof manifest === 'string' ? new TextEncoder().encode(manifest) : manifest;
  if (bytes.length > manifestLimits.bytes)
    throw new ManifestError(`it is larger than ${manifestLimits.bytes / 1024 ** 2} MiB`);
  const text = byteText(bytes);
  const form = formOf(text);
  if (form === null)
    throw new ManifestError('its first line is neither mtree nor a digest with a path, as sha256sum writes it');
  const parsed = yield* form === 'mtree' ? mtreeSteps(text) : digestListSteps(text);
  if (parsed.entries.length > 0) return parsed;
  const [first] = parsed.faults;
  throw new ManifestError(first === undefined ? 'it names no file' : `line ${first.line}: ${first.reason}`);
}

/** The format, by the first line that is not empty or a comment. */
function formOf(text: string): 'mtree' | 'digests' | null {
  if (/^\s*#mtree\b/.test(text)) return 'mtree';
  const nul = text.indexOf('\0');
  if (nul >= 0) return looksLikeDigest(text.slice(0, nul)) ? 'digests' : null;
  let at = 0;
  for (let line = ''; at < text.length; at += line.length + 1) {
    const end = text.indexOf('\n', at);
    line = text.slice(at, end < 0 ? text.length : end);
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    if (looksLikeDigest(line.replace(/\r$/, ''))) return 'digests';
    return /^(\/set\b|\.{1,2}(\s|\/|\\|$)|\S+\s.*\b[a-z0-9]+=)/.test(words) ? 'mtree' : null;
  }
  return null;
}

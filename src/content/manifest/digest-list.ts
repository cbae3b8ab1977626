/** Parses lists of digests of sha256sum and similar programs: GNU lines, BSD lines with the digest's name, NUL-separated lines. */
import type { Steps } from '../../source/turns';
import { absolutePath, shown } from '../byte-text';
import { digestLengths, digestsOfLength, taggedDigests } from './digest-names';
import { Faults, linesPerStep, type Manifest, type ManifestDigest, type ManifestEntry, manifestLimits } from './entry';

const plainLine = /^([0-9a-fA-F]{32,128}) [ *](.+)$/s;
const taggedLine = /^([A-Za-z0-9-]{3,12}) ?\((.+)\) ?= ?([0-9a-fA-F]{32,128})$/s;

/** Whether a line has the format of such a list. */
export const looksLikeDigest = (line: string): boolean => {
  const bare = line.startsWith('\\') ? line.slice(1) : line;
  return plainLine.test(bare) || taggedLine.test(bare);
};

/**
 * The manifest in a list of digests. `text` is byte text (see `byteText`). Paths are relative to the root, with or without a
 * leading slash. Never throws: an invalid line is a fault.
 */
export function* digestListSteps(text: string): Steps<Manifest> {
  const faults = new Faults();
  const entries: ManifestEntry[] = [];
  const nul = text.includes('\0');
  let characters = 0;
  for (const { line, number } of linesOf(text, nul ? '\0' : '\n')) {
    if (number % linesPerStep === 0) yield;
    const found = lineOf(line, nul);
    if (found === null) continue;
    if (typeof found === 'string') {
      faults.add(number, found);
      continue;
    }
    characters += found.path.length;
    const over = manifestLimits.exceeded(entries.length, found.path.length, characters);
    if (over !== null) {
      faults.add(number, `${over}; the rest was not read`);
      break;
    }
    entries.push({ path: found.path, line: number, type: 'file', digests: [found.digest] });
  }
  return { format: 'digests', entries, faults: faults.kept, faultCount: faults.count };
}

function* linesOf(text: string, end: string): Generator<{ line: string; number: number }, void> {
  for (let at = 0, number = 1; at < text.length; number++) {
    const found = text.indexOf(end, at);
    const stop = found < 0 ? text.length : found;
    yield { line: text.slice(at, stop), number };
    at = stop + 1;
  }
}

/** The content of one line, why it is invalid, or null for a comment. */
function lineOf(line: string, nul: boolean): { path: string; digest: ManifestDigest } | string | null {
  const whole = nul ? line : line.replace(/\r$/, '');
  if (whole === '' || whole.startsWith('#')) return null;
  // a list made with -z never escapes
  const escaped = !nul && whole.startsWith('\\');
  const text = escaped ? whole.slice(1) : whole;
  const plain = plainLine.exec(text);
  const tagged = plain === null ? taggedLine.exec(text) : null;
  const [name, hex] = plain !== null ? [plain[2]!, plain[1]!] : [tagged?.[2] ?? '', tagged?.[3] ?? ''];
  if (hex === '') return `'${shown(whole)}' is not a digest and a path`;
  const tag = tagged?.[1];
  const names = tag === undefined ? digestsOfLength[hex.length] : tagOf(tag);
  if (names === undefined)
    return tag === undefined ? `no digest has ${hex.length} digits` : `the digest '${shown(tag)}' is unknown`;
  if (!names.every((one) => digestLengths[one] === hex.length))
    return `${tag} has ${digestLengths[names[0]!]} digits, not ${hex.length}`;
  const bytes = escaped ? unescaped(name) : name;
  const path = bytes === null ? null : absolutePath(bytes);
  if (path === null || path === '/') return `'${shown(name)}' is not a path below the root`;
  return { path, digest: { names, hex: hex.toLowerCase() } };
}

const tagOf = (tag: string) => (Object.hasOwn(taggedDigests, tag) ? [taggedDigests[tag]!] : undefined);

/** `\\`, `\n` and `\r` as coreutils write them; null for any other escape. */
function unescaped(name: string): string | null {
  const text = name.replaceAll(/\\([\\nr])/g, (_, letter) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\0'));
  return text.includes('\\') ? null : text.replaceAll('\0', '\\');
}

/** Parses block map files (bmap), versions 1.3 to 2.0, and only the part of XML that they use. */
import { ExtcheckError } from '../../error';

/** The block map is invalid. The message is a clause without a full stop; the code is `invalid-bmap`. */
export class BmapError extends ExtcheckError {
  override readonly name = 'BmapError';

  constructor(message: string) {
    super('invalid-bmap', message);
  }
}

/** Blocks that were written, both ends included. */
export interface BmapRange {
  from: number;
  to: number;
  /** Lower-case hexadecimal; null if there is none. */
  checksum: string | null;
}

/** A block map that was parsed. */
export interface Bmap {
  version: string;
  /** Bytes. */
  imageSize: number;
  blockSize: number;
  blocks: number;
  algorithm: BmapAlgorithm;
  /** In ascending order, without overlaps. */
  ranges: BmapRange[];
  /** The checksum of the file itself, and the text that it covers. */
  own: { checksum: string; text: string };
}

export type BmapAlgorithm = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'md5';
const digits: Readonly<Record<BmapAlgorithm, number>> = {
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  md5: 32,
};
const isAlgorithm = (name: string): name is BmapAlgorithm => Object.hasOwn(digits, name);

/** Largest block map, in bytes. */
export const maxBmapBytes = 256 * 1024 ** 2;

interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** Text up to the next tag, without surrounding white space. */
  text: string;
}

/** Start tags in order, with the text after each. @throws BmapError for declarations, entities and other syntax */
function* elements(xml: string): Generator<Element, void> {
  const tag = /<(\/?)([A-Za-z][\w.-]{0,40})((?:\s+[\w:-]{1,40}\s*=\s*(?:"[^"<&]*"|'[^'<&]*')){0,16})\s*(\/?)>/y;
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    if (xml.startsWith('<!--', at)) at = past(xml, '-->', at);
    else if (xml.startsWith('<?', at)) at = past(xml, '?>', at);
    else {
      tag.lastIndex = at;
      const found = tag.exec(xml);
      if (found === null) throw new BmapError(`the text at character ${at + 1} is not a tag of a block map`);
      at = tag.lastIndex;
      if (found[1] === '/') continue;
      const attributes: Record<string, string> = {};
      for (const [, name, value] of found[3]!.matchAll(/\s([\w:-]{1,40})\s*=\s*["']([^"']*)["']/g))
        attributes[name!] = value!;
      const end = xml.indexOf('<', at);
      yield { name: found[2]!, attributes, text: xml.slice(at, end < 0 ? xml.length : end).trim() };
    }
  }
}

function past(xml: string, end: string, from: number): number {
  const at = xml.indexOf(end, from);
  if (at < 0) throw new BmapError(`'${end}' is missing`);
  return at + end.length;
}

/** The block map in a text. @throws BmapError unless it is a consistent block map of version 1.3 to 2.0 with checksums */
export function parseBmap(xml: string): Bmap {
  if (xml.length > maxBmapBytes) throw new BmapError('it is larger than 256 MiB');
  const values = new Map<string, string>();
  const ranges: BmapRange[] = [];
  let version: string | undefined;
  for (const { name, attributes, text } of elements(xml)) {
    if (version === undefined) {
      version = attributes['version'];
      if (name !== 'bmap' || version === undefined) throw new BmapError('it does not start with <bmap version="…">');
      const [major, minor] = version.split('.').map(Number) as [number, number | undefined];
      if (!(major === 2 || (major === 1 && (minor ?? 0) >= 3)))
        throw new BmapError(`version ${version} has no checksums or is unknown; 1.3 to 2.0 are supported`);
    } else if (name === 'Range') ranges.push(rangeOf(text, attributes));
    else values.set(name, text);
  }
  if (version === undefined) throw new BmapError('it contains no tag');
  const sha1 = values.get('BmapFileSHA1');
  const algorithm = sha1 !== undefined ? 'sha1' : (values.get('ChecksumType') ?? '');
  if (!isAlgorithm(algorithm)) throw new BmapError(`its checksum algorithm '${algorithm.slice(0, 20)}' is unknown`);
  const own = sha1 ?? values.get('BmapFileChecksum') ?? '';
  if (!isHex(own, algorithm)) throw new BmapError('it has no checksum of itself');
  const imageSize = numberIn(values, 'ImageSize');
  const blockSize = numberIn(values, 'BlockSize');
  const blocks = numberIn(values, 'BlocksCount');
  if (blockSize < 1 || Math.ceil(imageSize / blockSize) !== blocks)
    throw new BmapError(`${blocks} blocks of ${blockSize} bytes do not match the size of ${imageSize} bytes`);
  checkRanges(ranges, blocks, algorithm);
  const text = xml.replaceAll(own, '0'.repeat(own.length));
  return { version, imageSize, blockSize, blocks, algorithm, ranges, own: { checksum: own.toLowerCase(), text } };
}

const isHex = (text: string, algorithm: BmapAlgorithm): boolean =>
  text.length === digits[algorithm] && /^[0-9a-fA-F]+$/.test(text);

function numberIn(values: ReadonlyMap<string, string>, name: string): number {
  const text = values.get(name) ?? '';
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new BmapError(`it has no valid ${name}`);
  return number;
}

function rangeOf(text: string, attributes: Element['attributes']): BmapRange {
  const found = /^(\d{1,15})(?:\s*-\s*(\d{1,15}))?$/.exec(text);
  if (found === null) throw new BmapError(`'${text.slice(0, 40)}' is not a range of blocks`);
  const checksum = attributes['chksum'] ?? attributes['sha1'] ?? null;
  return { from: Number(found[1]), to: Number(found[2] ?? found[1]), checksum: checksum?.toLowerCase() ?? null };
}

/** Ranges must be in ascending order, so that no bytes are read repeatedly. */
function checkRanges(ranges: readonly BmapRange[], blocks: number, algorithm: BmapAlgorithm): void {
  let next = 0;
  for (const { from, to, checksum } of ranges) {
    if (from < next || to < from || to >= blocks)
      throw new BmapError(`the range ${from}-${to} is out of order or past the ${blocks} blocks`);
    if (checksum !== null && !isHex(checksum, algorithm))
      throw new BmapError(`the checksum of the range ${from}-${to} is not a ${algorithm}`);
    next = to + 1;
  }
}

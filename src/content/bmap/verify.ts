/** Verifies the bytes of an image against its block map, range by range, independent of the file system. */

import type { DigestFactory, OpenDigest } from '../../platform/digests';
import { Collector } from '../../problem/collector';
import type { Finding, Severity } from '../../problem/finding';
import { guardedSource } from '../../source/guarded';
import { type ByteSource, SourceError } from '../../source/source';
import { ownDigest } from '../own-digests';
import { type Bmap, BmapError, parseBmap } from './parse';
import { problems } from './problems';

const pieceBytes = 1024 * 1024;

/** How `verifyBmap` verifies. */
export interface BmapOptions {
  signal?: AbortSignal;
  /** Called with the number of verified bytes, and of all bytes. */
  onProgress?: (done: number, total: number) => void;
  /** Computes checksums. Default: own implementations. */
  digest?: DigestFactory;
}

/** The result; `findings` are like those of a check. */
export interface BmapResult {
  findings: Finding[];
  counts: Record<string, number>;
  severityCounts: Record<Severity, number>;
  /** Number of ranges with a checksum, and without one, which cannot be verified. */
  verified: number;
  withoutChecksum: number;
  /** Bytes in all ranges. */
  bytes: number;
}

/** A block map with a correct checksum of itself, and what computes the checksums of its ranges. */
export interface TrustedBmap {
  bmap: Bmap;
  open: () => OpenDigest;
}

/** The block map in a text. @throws BmapError unless it is one with a correct checksum of itself */
export function trustedBmap(text: string, factory: DigestFactory = ownDigest): TrustedBmap {
  const bmap = parseBmap(text);
  const open = opener(bmap, factory);
  const own = open();
  own.update(new TextEncoder().encode(bmap.own.text));
  if (own.digest('hex') !== bmap.own.checksum) throw new BmapError('its own checksum is wrong: the file was changed');
  return { bmap, open };
}

/**
 * Verifies `source`, which must be the complete image, against the text of its block map. Bytes outside its ranges were
 * holes and are not checked. The block map's own checksum is verified first.
 * @throws BmapError if the text is not a block map, or its own checksum is wrong; the reason of `options.signal`
 */
export async function verifyBmap(source: ByteSource, text: string, options: BmapOptions = {}): Promise<BmapResult> {
  return verifyRanges(source, trustedBmap(text, options.digest), options);
}

export async function verifyRanges(
  image: ByteSource,
  { bmap, open }: TrustedBmap,
  options: Omit<BmapOptions, 'digest'>,
): Promise<BmapResult> {
  const source = guardedSource(image, options.signal);
  const collector = new Collector(10_000);
  if (source.size !== bmap.imageSize)
    collector.report(problems['bmap-size-differs'], {}, { stored: source.size, expected: bmap.imageSize });
  const total = bmap.ranges.reduce((sum, range) => sum + extent(bmap, range).length, 0);
  const buffer = new Uint8Array(pieceBytes);
  let done = 0;
  for (const range of bmap.ranges) {
    const { at, length } = extent(bmap, range);
    if (range.checksum !== null) {
      const outcome = await digestOf(source, at, length, open(), buffer, options.signal);
      const { from, to } = range;
      const where = { bytes: { at, length } };
      if ('why' in outcome) collector.report(problems['bmap-range-unreadable'], where, { from, to, why: outcome.why });
      else if (outcome.hex !== range.checksum) {
        const data = { from, to, stored: outcome.hex, expected: range.checksum };
        collector.report(problems['bmap-range-differs'], where, data);
      }
    }
    done += length;
    options.onProgress?.(done, total);
  }
  const verified = bmap.ranges.filter(({ checksum }) => checksum !== null).length;
  return {
    findings: collector.findings,
    counts: Object.fromEntries(collector.counts),
    severityCounts: collector.severityCounts,
    verified,
    withoutChecksum: bmap.ranges.length - verified,
    bytes: total,
  };
}

function opener({ algorithm }: Bmap, factory: DigestFactory): () => OpenDigest {
  return () => {
    const digest = factory(algorithm);
    if (digest === null) throw new BmapError(`${algorithm} cannot be computed here`);
    return digest;
  };
}

/** Offset and length of a range in bytes; the last block ends with the image. */
function extent({ blockSize, imageSize }: Bmap, { from, to }: { from: number; to: number }) {
  const at = from * blockSize;
  return { at, length: Math.min((to + 1) * blockSize, imageSize) - at };
}

async function digestOf(
  source: ByteSource,
  at: number,
  length: number,
  digest: OpenDigest,
  buffer: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<{ hex: string } | { why: string }> {
  if (at + length > source.size) return { why: 'the image ends before these blocks' };
  try {
    for (let done = 0; done < length; ) {
      signal?.throwIfAborted();
      const piece = buffer.subarray(0, Math.min(buffer.length, length - done));
      await source.read(at + done, piece);
      digest.update(piece);
      done += piece.length;
    }
  } catch (error) {
    if (error instanceof SourceError) return { why: error.message };
    throw error;
  }
  return { hex: digest.digest('hex') };
}

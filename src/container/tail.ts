/** Names what follows a file system in its image: hash trees, footers, the backup of a partition table, other data. */
import { isAllZero } from '../bytes/bitmap';
import type { TailFacts, TailKind } from '../problem/container';
import type { ByteSource } from '../source/source';
import { bytesAt, hasText } from '../volume/start/bytes';
import { isGptHeader } from '../volume/start/gpt';
import { ContainerError } from './error';
import { type AvbFacts, footerBytes, readAvb } from './verity/avb';
import { superblockAfter } from './verity/find';
import { treeBytes } from './verity/format';

/** Bytes from the start and from the end that are read. */
const readBytes = 2 ** 20;

const whats: Record<TailKind, string> = {
  zeros: 'zeros',
  'verity-tree': 'a hash tree of dm-verity',
  'error-correction': 'data for error correction of dm-verity',
  'avb-metadata': 'metadata of Android Verified Boot',
  'avb-footer': 'the footer of Android Verified Boot',
  'vhd-footer': 'the footer of a VHD disk image',
  'gpt-backup': 'the backup of a GPT partition table',
  data: 'other data',
};

const fact = (kind: TailKind, at: number, length: number, what = whats[kind]): TailFacts => ({
  kind,
  at,
  length,
  what,
});

/** What Android's footer names. */
async function avbParts(source: ByteSource): Promise<TailFacts[]> {
  const footer = source.size - footerBytes;
  let avb: AvbFacts | null;
  try {
    avb = await readAvb(source);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    return [fact('avb-footer', footer, footerBytes, `${whats['avb-footer']}, which is damaged: ${error.message}`)];
  }
  if (avb === null) return [];
  const { meta, tree, treeSize, correction } = avb;
  return [
    ...(tree === null ? [] : [fact('verity-tree', tree.treeAt, treeSize)]),
    ...(correction.length === 0 ? [] : [fact('error-correction', correction.at, correction.length)]),
    fact('avb-metadata', meta.at, meta.length),
    fact('avb-footer', footer, footerBytes),
  ];
}

/** The tree after the file system, by its superblock. */
async function verityParts(source: ByteSource, size: number): Promise<TailFacts[]> {
  try {
    const found = await superblockAfter(source, size);
    if (found === null) return [];
    const { at, tree } = found;
    return [fact('verity-tree', at, tree.treeAt + treeBytes(tree) - at)];
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    const at = Math.ceil(size / 4096) * 4096;
    return [fact('verity-tree', at, source.size - at, `${whats['verity-tree']}, which is damaged: ${error.message}`)];
  }
}

/** What has its place in the last sector. */
function endParts(last: Uint8Array, size: number): TailFacts[] {
  const parts: TailFacts[] = [];
  if (hasText(last, last.length - 512, 'conectix')) parts.push(fact('vhd-footer', size - 512, 512));
  for (const sector of [512, 4096]) {
    const header = last.length - sector;
    if (header < 0 || !isGptHeader(last.subarray(header, header + 512))) continue;
    // 128 entries of 128 bytes are in front of it
    const length = Math.min(2 ** 14 + sector, size);
    parts.push(fact('gpt-backup', size - length, length));
  }
  return parts;
}

/**
 * What follows the file system of `size` bytes at the start of `source`, in the order of the bytes; empty if it fills the
 * source. Of what is not recognized only the first and the last MiB are read.
 */
export async function describeTail(source: ByteSource, size: number): Promise<TailFacts[]> {
  const end = source.size;
  if (size >= end) return [];
  const first = await bytesAt(source, size, readBytes);
  const lastAt = Math.max(size, end - readBytes);
  const last = await bytesAt(source, lastAt, readBytes);
  const known = [...(await avbParts(source)), ...(await verityParts(source, size)), ...endParts(last, end)]
    .map((part) => {
      const at = Math.max(part.at, size);
      return { ...part, at, length: Math.min(part.at + part.length, end) - at };
    })
    .filter(({ at, length }) => length > 0 && at < end)
    .sort((a, b) => a.at - b.at);
  const parts: TailFacts[] = [];
  /** Adds what is from `from` to before `to`. */
  const gap = (from: number, to: number): void => {
    if (from >= to) return;
    const isZero = (bytes: Uint8Array, start: number): boolean => {
      const [a, b] = [Math.max(0, from - start), Math.min(bytes.length, to - start)];
      return a >= b || isAllZero(bytes, a, b);
    };
    const zero = isZero(first, size) && isZero(last, lastAt);
    const isRead = from >= lastAt || to <= size + first.length || size + first.length >= lastAt;
    const what = zero && !isRead ? 'zeros, as far as they were read' : undefined;
    parts.push(fact(zero ? 'zeros' : 'data', from, to - from, what));
  };
  let at = size;
  for (const part of known) {
    if (part.at < at) continue;
    gap(at, part.at);
    parts.push(part);
    at = part.at + part.length;
  }
  gap(at, end);
  return parts;
}

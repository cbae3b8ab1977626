/** Finds the single bits whose flip explains wrong checksums of inodes, directory blocks and extent blocks. */
import { extentHeader, extentTailOffset } from '../layout/extent';
import { inode, oldInodeSize } from '../layout/inode';
import type { Collector } from '../problem/collector';
import type { Finding } from '../problem/finding';
import type { FlippedBit } from '../problem/report';
import { hasTail, leafChecksumGood } from '../volume/dir-checksum';
import { extentChecksumGood } from '../volume/extent-checksum';
import { fieldAt, flippedBit } from '../volume/flipped-bit';
import { inodeOffset, readInode } from '../volume/inode-at';
import { inodeChecksumGood, inodeSeed } from '../volume/inode-checksum';
import type { Opening } from '../volume/open';
import { bytesOf } from '../volume/volume';

/** With more wrong checksums than this, the cause is not a single bit. */
const mostChecksums = 4;
/** Trying all bits of a block takes the square of its size: 40 ms for 4 KiB. */
const largestBlock = 4096;

/** A copy of the bytes that a checksum covers, their place in the image, and whether it is right. */
interface Covered {
  view: DataView;
  at: number;
  isRight(view: DataView): boolean;
}

const copyOf = (view: DataView): DataView => new DataView(bytesOf(view).slice().buffer);

async function coveredInode({ volume, groups }: Opening, ino: number): Promise<Covered | null> {
  const { geometry } = volume;
  // half a checksum is right by chance too often
  if (geometry.inodeSize === oldInodeSize) return null;
  const view = await readInode(volume, groups, ino);
  if (view === null) return null;
  const isRight = (flipped: DataView) => inodeChecksumGood(geometry, flipped, 0, ino);
  return { view: copyOf(view), at: inodeOffset(volume, groups, ino), isRight };
}

async function coveredBlock({ volume, groups }: Opening, { id, inode: ino, block }: Finding): Promise<Covered | null> {
  const { geometry } = volume;
  if (ino === undefined || block === undefined || geometry.blockSize > largestBlock) return null;
  const owner = await readInode(volume, groups, ino);
  const view = volume.inRange(block) ? await volume.block(block) : null;
  if (owner === null || view === null) return null;
  const generation = inode.i_generation(owner, 0);
  const seed = inodeSeed(geometry, ino, generation);
  const isRight =
    id === 'directory-checksum-wrong'
      ? (flipped: DataView) => hasTail(flipped) && leafChecksumGood(seed, bytesOf(flipped), flipped)
      : (flipped: DataView) =>
          extentChecksumGood(geometry, ino, generation, flipped, extentTailOffset(extentHeader.eh_max(flipped, 0)));
  return { view: copyOf(view), at: block * geometry.blockSize, isRight };
}

/** The findings about wrong checksums, without those of blocks that follow from the wrong checksum of their inode. */
function wrongChecksums({ findings, counts }: Collector, ids: readonly string[]): Finding[] {
  const all = findings.filter(({ id }) => ids.includes(id));
  if (all.length < ids.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0)) return [];
  const inodes = new Set(all.filter(({ block }) => block === undefined).map((finding) => finding.inode));
  return all.filter((finding) => finding.block === undefined || !inodes.has(finding.inode));
}

/** The flipped bits, one for each wrong checksum that the findings with these ids report; empty unless a single bit explains each of them. */
export async function flippedBits(
  opening: Opening,
  collector: Collector,
  ids: readonly string[],
): Promise<FlippedBit[]> {
  const wrong = wrongChecksums(collector, ids);
  if (wrong.length > mostChecksums) return [];
  const found: FlippedBit[] = [];
  for (const finding of wrong) {
    const ino = finding.inode!;
    const covered = await (finding.block === undefined ? coveredInode(opening, ino) : coveredBlock(opening, finding));
    if (covered === null) return [];
    const { view, at, isRight } = covered;
    const bit = flippedBit(bytesOf(view), () => isRight(view));
    if (bit < 0) return [];
    const field = finding.block === undefined ? fieldAt(inode, bit >>> 3) : undefined;
    found.push({ inode: ino, byte: at + (bit >>> 3), bit: bit & 7, ...(field !== undefined && { field }) });
  }
  return found;
}

/** Compares sizes and block counts with the mapping. */
import { exact64 } from '../../bytes/field';
import { inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import { isHurd } from '../../volume/inode-fields';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'directory-empty': { severity: 'error', e2fsck: [0x010006] },
  'inode-size-wrong': { severity: 'error', e2fsck: [0x01000c] },
  'inode-blocks-wrong': { severity: 'info', e2fsck: [0x01000d] },
  'inode-blockmap-with-bigalloc': { severity: 'warning', e2fsck: [0x010080] },
});

/** Number of blocks that extents can map, and the size in bytes of a large file. */
const maxExtentBlocks = 2 ** 32;
const largeFile = 2 ** 31;

/** Largest size in bytes that a block map can address. */
function blockMapLimit(blockSize: number): number {
  const fanOut = blockSize / 4;
  return (12 + fanOut + fanOut * fanOut + fanOut * fanOut * fanOut) * blockSize;
}

/** The rule that a size breaks, with e2fsck's number and a text; null if it is right. */
function sizeRule(n: CurrentInode, scan: InodeScan, tally: Tally): [number, string] | null {
  const { blockSize, sb } = scan.geometry;
  if (n.isDirectory && n.has(inodeFlags.INLINE_DATA)) {
    return n.inlineSize === inode.i_size_lo(n.view, n.at) ? null : [7, 'the inline data has another length'];
  }
  if (n.isDirectory) {
    if (n.size % blockSize !== 0) return [5, 'a directory fills whole blocks'];
    const blocks = n.size / blockSize;
    const mapped = tally.lastBlock + 1;
    if (blocks > mapped) return [1, 'fewer blocks are mapped'];
    if (mapped - blocks > sb.s_prealloc_dir_blocks) return [2, 'more blocks are mapped'];
    return null;
  }
  if (n.isSymlink) return null;
  if (tally.lastWritten >= 0 && n.size < tally.lastWritten * blockSize && !n.has(inodeFlags.VERITY))
    return [3, 'blocks are mapped beyond the end'];
  if (!n.hasExtents && n.size > blockMapLimit(blockSize)) return [4, 'a block map cannot reach that far'];
  if (n.hasExtents && n.size > maxExtentBlocks * blockSize - 1) return [6, 'extents cannot reach that far'];
  return null;
}

/** What this inode adds to `i_blocks` for a block or cluster. */
export function unitsOfBlock(n: CurrentInode, { geometry }: InodeScan): number {
  const inBlocks = geometry.features.huge_file && n.has(inodeFlags.HUGE_FILE);
  return inBlocks ? geometry.clusterRatio : geometry.clusterRatio * (geometry.blockSize / 512);
}

/** The right value of `i_blocks`, in the unit of this inode. */
export const expectedBlocks = (n: CurrentInode, scan: InodeScan, tally: Tally): number =>
  tally.blocks * unitsOfBlock(n, scan);

export function checkSizes(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const { geometry, report, facts } = scan;
  const inline = n.has(inodeFlags.INLINE_DATA);
  if (n.isDirectory && tally.blocks === 0 && !inline) {
    report(problems['directory-empty'], n.where(inode.i_block), {});
    facts.harm(n.ino, 'unreadable');
  }
  const rule = sizeRule(n, scan, tally);
  if (rule) {
    const expected = rule[0] === 7 ? Math.max(0, n.inlineSize) : (tally.lastBlock + 1) * geometry.blockSize;
    const stored = exact64(inode.i_size_lo(n.view, n.at), n.sizeHigh);
    report(problems['inode-size-wrong'], n.where(inode.i_size_lo), { stored, expected, rule: rule[1] });
    facts.harm(n.ino, n.isDirectory ? 'partly-lost' : 'damaged');
  }
  if (n.isRegular && n.size >= largeFile) facts.largeFiles++;
  const expected = expectedBlocks(n, scan, tally);
  const strayHigh =
    geometry.features.huge_file && n.has(inodeFlags.HUGE_FILE) && inode.i_blocks_high(n.view, n.at) !== 0;
  if (!isHurd(geometry) && (expected !== n.blockCount || strayHigh))
    report(
      problems['inode-blocks-wrong'],
      n.where(inode.i_blocks_lo),
      { stored: n.blockCount, expected },
      // older versions charge values of another size as well
      !strayHigh && n.blockCount === (tally.blocks + tally.misfitClusters) * unitsOfBlock(n, scan)
        ? [{ code: 0x01000d, since: '1.47.4' }]
        : undefined,
    );
  const ordinary = n.ino === 2 || n.ino >= geometry.firstIno;
  if (
    geometry.features.bigalloc &&
    ordinary &&
    (n.isRegular || n.isDirectory) &&
    tally.blocks > 0 &&
    !n.hasExtents &&
    !inline
  )
    report(problems['inode-blockmap-with-bigalloc'], n.where(inode.i_flags), {});
}

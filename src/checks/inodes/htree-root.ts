/** The root of a directory's hash index, as far as the inode pass checks it. */

import { IndexDir } from '../../facts/index-dirs';
import { dxHash, dxRootInfo, dxRootInfoOffset } from '../../layout/htree';
import { inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'htree-without-feature': { severity: 'warning', e2fsck: [0x010047] },
  'htree-not-directory': { severity: 'warning', e2fsck: [0x010048] },
  'htree-root-invalid': { severity: 'warning', e2fsck: [0x010049] },
  'htree-hash-unknown': { severity: 'warning', e2fsck: [0x01004a] },
  'htree-flags-unknown': { severity: 'warning', e2fsck: [0x01004b] },
  'htree-too-deep': { severity: 'warning', e2fsck: [0x01004c] },
  'htree-needs-siphash': { severity: 'warning', e2fsck: [0x01008d] },
  'htree-cannot-siphash': { severity: 'warning', e2fsck: [0x01008e] },
});

/** Largest number of levels below the root, with and without large_dir. */
const maxLevels = 3;
const maxLevelsSmall = 2;

function checkDepth(n: CurrentInode, scan: InodeScan, levels: number): void {
  const { blockSize, features } = scan.geometry;
  let deep = levels > maxLevels;
  if (levels > maxLevelsSmall && !features.large_dir) {
    // the largest size with a two-level index, computed in 32 bits
    const perBlock = blockSize / 8;
    const reach = (((perBlock - 1) * (perBlock + 2)) >>> 0) * blockSize;
    if (n.size < reach % 2 ** 32 || deep) deep = true;
  }
  if (deep) scan.report(problems['htree-too-deep'], n.where(), { stored: levels });
  if (levels > maxLevelsSmall && !features.large_dir) scan.facts.largeDirectories++;
}

/** Checks the index root; `root` is logical block 0, or null if it cannot be read. */
export function checkHtreeRoot(n: CurrentInode, scan: InodeScan, root: DataView | null, why: string): void {
  const { report, geometry } = scan;
  const at = n.where(inode.i_flags);
  if (!n.isDirectory) report(problems['htree-not-directory'], at, {});
  if (!geometry.features.dir_index) report(problems['htree-without-feature'], at, {});
  if (root === null) {
    report(problems['htree-root-invalid'], n.where(), { why });
    return;
  }
  const info = dxRootInfoOffset;
  if (dxRootInfo.reserved_zero(root, info) !== 0 || dxRootInfo.info_length(root, info) < 8)
    report(problems['htree-root-invalid'], n.where(), { why: 'holds something else' });
  const version = dxRootInfo.hash_version(root, info);
  if (![dxHash.LEGACY, dxHash.HALF_MD4, dxHash.TEA, dxHash.SIPHASH].includes(version))
    report(problems['htree-hash-unknown'], n.where(), { stored: version });
  const siphash = n.has(inodeFlags.ENCRYPT) && n.has(inodeFlags.CASEFOLD);
  if (siphash && version !== dxHash.SIPHASH) report(problems['htree-needs-siphash'], n.where(), { stored: version });
  if (!siphash && version === dxHash.SIPHASH) report(problems['htree-cannot-siphash'], n.where(), {});
  if ((dxRootInfo.unused_flags(root, info) & 1) !== 0) report(problems['htree-flags-unknown'], n.where(), {});
  checkDepth(n, scan, dxRootInfo.indirect_levels(root, info));
}

/** Blocks that an indexed inode may have in addition to those queued for directories. */
const strayBlocks = 4096;

/** Registers an inode for the check of its whole index: a directory, or a file with the flag. */
export function registerIndex(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const blocks = tally.lastBlock + 1;
  // a directory has no more blocks than were queued, and memory must not depend on the length of a sparse file
  if (blocks > 0 && blocks <= scan.facts.dirBlocks.length + strayBlocks)
    scan.facts.indexed.set(n.ino, new IndexDir(n.ino, blocks));
  if (n.isDirectory && n.size >= 2 ** 31 && !scan.geometry.features.large_dir) scan.facts.largeDirectories++;
}

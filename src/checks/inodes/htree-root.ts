/** The root of a directory's hash index, as far as the inode pass looks at it. */

import { IndexDir } from '../../facts/index-dirs';
import { dxHash, dxRootInfo, dxRootInfoOffset } from '../../layout/htree';
import { inode, inodeFlags } from '../../layout/inode';
import { define } from '../../problem/define';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';

export const problems = define({
  'htree-without-feature': {
    severity: 'warning',
    e2fsck: [0x010047],
    title: 'Directory index without the feature',
    explain:
      'The directory is flagged as indexed, and the file system does not have the dir_index feature. It is then read entry by entry, which works. A feature word of the superblock was damaged, or the flag was set by mistake; e2fsck clears the flag.',
    say: (_: object) => 'the index flag is set, but the file system lacks the dir_index feature',
  },
  'htree-not-directory': {
    severity: 'warning',
    e2fsck: [0x010048],
    title: 'Index flag on something that is not a directory',
    explain:
      'Only directories have a hash index. The inode or its mode was overwritten. It reads right if its mode is; restore the file otherwise.',
    say: (_: object) => 'the index flag is set, but this is not a directory',
  },
  'htree-root-invalid': {
    severity: 'warning',
    e2fsck: [0x010049],
    title: 'Directory index has no valid root',
    explain:
      'The first block of an indexed directory does not hold the root of an index: it is missing, unreadable, or was overwritten. Looking names up may fail although the entries are there.',
    say: (d: { why: string }) => `the root of the index ${d.why}`,
  },
  'htree-hash-unknown': {
    severity: 'warning',
    e2fsck: [0x01004a],
    title: 'Directory index uses an unknown hash',
    explain:
      'The index root names a hash function that does not exist. The kernel ignores the index or refuses the directory.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}`,
  },
  'htree-flags-unknown': {
    severity: 'warning',
    e2fsck: [0x01004b],
    title: 'Directory index has an unknown flag',
    explain: 'A flag in the index root says that a newer format is used. The kernel ignores the index.',
    say: (_: object) => 'an unknown flag is set in the index root',
  },
  'htree-too-deep': {
    severity: 'warning',
    e2fsck: [0x01004c],
    title: 'Directory index is too deep',
    explain: 'The index has more levels than the kernel follows. Looking names up fails with an error.',
    say: (d: { stored: number }) => `the index says it has ${d.stored} levels below the root`,
  },
  'htree-needs-siphash': {
    severity: 'warning',
    e2fsck: [0x01008d],
    title: 'Encrypted casefolded directory with the wrong hash',
    explain: 'A directory that is encrypted and case-insensitive must be indexed by siphash. Looking names up fails.',
    say: (d: { stored: number }) => `the index uses hash version ${d.stored}, should be 6`,
  },
  'htree-cannot-siphash': {
    severity: 'warning',
    e2fsck: [0x01008e],
    title: 'Siphash in an ordinary directory',
    explain: 'Only directories that are encrypted and case-insensitive are indexed by siphash. Looking names up fails.',
    say: (_: object) => 'the index uses siphash, but the directory is not encrypted and casefolded',
  },
});

/** Most levels below the root that any kernel follows, and that one follows without large_dir. */
const maxLevels = 3;
const maxLevelsSmall = 2;

function checkDepth(n: CurrentInode, scan: InodeScan, levels: number): void {
  const { blockSize, features } = scan.geometry;
  let deep = levels > maxLevels;
  if (levels > maxLevelsSmall && !features.large_dir) {
    // the bound that a two-level index could reach, as it comes out in 32 bits
    const perBlock = blockSize / 8;
    const reach = (((perBlock - 1) * (perBlock + 2)) >>> 0) * blockSize;
    if (n.size < reach % 2 ** 32 || deep) deep = true;
  }
  if (deep) scan.report(problems['htree-too-deep'], n.where(), { stored: levels });
  if (levels > maxLevelsSmall && !features.large_dir) scan.facts.largeDirectories++;
}

/** Checks the index root; `root` is logical block 0, or null when there is none to read. */
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

/** Blocks that something flagged as indexed may have beyond those queued for directories. */
const strayBlocks = 4096;

/** Registers an inode for the checks of its whole index: a directory, or a file that is flagged as one. */
export function registerIndex(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const blocks = tally.lastBlock + 1;
  // a directory cannot have more blocks than were queued; memory must not follow the length of a sparse file
  if (blocks > 0 && blocks <= scan.facts.dirBlocks.length + strayBlocks)
    scan.facts.indexed.set(n.ino, new IndexDir(n.ino, blocks));
  if (n.isDirectory && n.size >= 2 ** 31 && !scan.geometry.features.large_dir) scan.facts.largeDirectories++;
}

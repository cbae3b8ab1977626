/** Block maps: the rules for a pointer, and the twelve direct ones; indirect.ts has the indirect blocks. */
import { zeroWords } from '../../../bytes/words';
import { inode, reservedInode } from '../../../layout/inode';
import { define } from '../../../problem/define';
import { translatorOf } from '../../../volume/inode-fields';
import { walkMapping } from '../../../volume/mapping';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import type { texts } from '../texts';
import { claimBlock, claimRun, queueDirectoryBlocks } from './claims';

export const problems = define<typeof texts>()({
  'block-out-of-range': { severity: 'error', e2fsck: [0x01000e] },
  'inode-many-bad-blocks': { severity: 'error', e2fsck: [0x010011] },
  'directory-too-big-block': { severity: 'error', e2fsck: [0x010044] },
  'file-too-big-block': { severity: 'error', e2fsck: [0x010045] },
  'symlink-too-big-block': { severity: 'error', e2fsck: [0x010046] },
  'mapping-on-metadata': { severity: 'error', e2fsck: [0x010071] },
  'mapping-unreadable': { severity: 'error', e2fsck: [0x010029] },
  'indirect-block-zero': { severity: 'error', e2fsck: [] },
});

/** Reports a mapping block that is on metadata; returns whether it is. */
export function metadataCollision(n: CurrentInode, scan: InodeScan, block: number): boolean {
  if (n.ino === reservedInode.RESIZE || !scan.facts.blocks.metadata.test(block)) return false;
  scan.report(problems['mapping-on-metadata'], { inode: n.ino, block }, {});
  scan.facts.harm(n.ino, n.isDirectory ? 'unreadable' : 'damaged');
  return true;
}

/** Largest number of bytes in the blocks of a file, and of a directory without large_dir. */
const maxMapBytes = 2 ** 41;
const maxDirectoryBytes = 2 ** 31;

function pointerProblem(n: CurrentInode, scan: InodeScan, tally: Tally, logical: number, block: number) {
  const { blockSize, features } = scan.geometry;
  const maxBlocks = maxMapBytes / blockSize;
  if (!scan.volume.inRange(block)) return problems['block-out-of-range'];
  if (n.isDirectory) {
    const far = !features.large_dir && n.sizeHigh === 0 && logical > maxDirectoryBytes / blockSize;
    return far || tally.blocks + 1 >= maxBlocks ? problems['directory-too-big-block'] : null;
  }
  if (n.isRegular) return tally.blocks + 1 >= maxBlocks ? problems['file-too-big-block'] : null;
  return logical > 0 ? problems['symlink-too-big-block'] : null;
}

/**
 * Handles one nonzero pointer; `logical` is -1, -2, -3 for indirect blocks. `itemise` is false for pointers in a block
 * that is also metadata: faults there are not reported. Returns false if the pointer is wrong and was skipped.
 */
export function take(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  logical: number,
  block: number,
  itemise = true,
): boolean {
  const problem = pointerProblem(n, scan, tally, logical, block);
  if (logical < 0) metadataCollision(n, scan, block);
  if (problem && !itemise) return false;
  if (problem) {
    tally.illegal++;
    if (tally.illegal % 12 === 0) scan.report(problems['inode-many-bad-blocks'], n.where(), { count: tally.illegal });
    scan.report(problem, { inode: n.ino, block }, { logical, stored: block });
    scan.facts.harm(n.ino, n.isDirectory ? 'partly-lost' : 'damaged');
    return false;
  }
  if (n.ino === reservedInode.RESIZE) {
    // its other blocks are the reserved descriptor blocks, which are already metadata
    if (logical === -2) scan.facts.blocks.claim(block);
    tally.blocks++;
  } else claimBlock(scan, tally, logical, block);
  if (logical >= 0) tally.lastBlock = logical;
  tally.previous = block;
  if (n.isDirectory && logical >= 0) queueDirectoryBlocks(scan, tally, n.ino, logical, block, 1);
  return true;
}

/** Claims a run of blocks of a file or directory; false if one of them may be wrong, and then claims nothing. */
function takeSoundRun(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  logical: number,
  first: number,
  length: number,
): boolean {
  const { geometry, volume } = scan;
  if (!(n.isRegular || n.isDirectory) || n.ino === reservedInode.RESIZE) return false;
  if (!volume.inRange(first) || !volume.inRange(first + length - 1)) return false;
  if (tally.blocks + length >= maxMapBytes / geometry.blockSize) return false;
  if (n.isDirectory) {
    if (pointerProblem(n, scan, tally, logical + length - 1, first)) return false;
    queueDirectoryBlocks(scan, tally, n.ino, logical, first, length);
  }
  claimRun(scan, tally, logical, first, length);
  tally.lastBlock = logical + length - 1;
  tally.previous = first + length - 1;
  return true;
}

/** Claims a run of consecutive blocks of a file; returns its length, or 0 if there is none. */
function takeRun(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  view: DataView,
  at: number,
  room: number,
  logical: number,
): number {
  if (!n.isRegular) return 0;
  const first = view.getUint32(at, true);
  let length = 1;
  while (length < room && view.getUint32(at + length * 4, true) === first + length) length++;
  return length > 1 && takeSoundRun(n, scan, tally, logical, first, length) ? length : 0;
}

export function takePointers(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  view: DataView,
  at: number,
  count: number,
  logical: number,
  itemise: boolean,
): void {
  for (let i = 0; i < count; ) {
    const block = view.getUint32(at + i * 4, true);
    if (block === 0) {
      i += zeroWords(view, at + i * 4, count - i);
      continue;
    }
    const run = takeRun(n, scan, tally, view, at + i * 4, count - i, logical + i);
    if (run > 0) i += run;
    else take(n, scan, tally, logical + i++, block, itemise);
  }
}

export function scanDirectBlocks(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const translator = translatorOf(scan.geometry, n.view, n.at);
  if (translator !== 0) take(n, scan, tally, -4, translator);
  // a directory without a first block is queued as well, so that its '.' and '..' are reported as missing
  if (n.isDirectory && n.word(0) === 0) queueDirectoryBlocks(scan, tally, n.ino, 0, 0, 1);
  takePointers(n, scan, tally, n.view, n.at + inode.i_block.offset, 12, 0, true);
}

/** Wrong blocks after which such a file is not checked further: a few bytes can refer to any number of them. */
const mostForeignFaults = 65_536;

/**
 * An extent tree in a file system without the feature: walked as the flag indicates, block by block under the rules of
 * block maps, like e2fsck after it was answered not to clear the flag.
 */
export async function scanForeignExtents(n: CurrentInode, scan: InodeScan, tally: Tally): Promise<void> {
  await walkMapping(scan.volume, n.view, n.at, {
    node: (block) => {
      take(n, scan, tally, -1, block);
    },
    run: (logical, physical, count) => {
      if (takeSoundRun(n, scan, tally, logical, physical, count)) return;
      for (let i = 0; i < count && tally.illegal < mostForeignFaults; i++)
        take(n, scan, tally, logical + i, physical + i);
    },
  });
}

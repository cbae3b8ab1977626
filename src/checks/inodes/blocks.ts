/** The blocks of one inode: its attribute block, its mapping, and whether size and counts match. */

import { extentHeader, extentTailOffset } from '../../layout/extent';
import { inode, inodeFlags } from '../../layout/inode';
import { extentChecksumGood } from '../../volume/extent-checksum';
import { walkMapping } from '../../volume/mapping';
import type { InodeScan, Tally } from './context';
import type { CurrentInode } from './current';
import { checkDisguised, disguisedBlock } from './disguised';
import { checkEncryption, loadPolicyPlaces, mayHavePolicyElsewhere, type PolicyPlaces } from './encryption';
import { checkImmutable } from './flags';
import { checkHtreeRoot, registerIndex } from './htree-root';
import { scanDirectBlocks, scanForeignExtents } from './mapping/block-map';
import { checkExtentRoot, hasExtentNodes, scanDeepTree, scanShallowTree } from './mapping/extents';
import { scanIndirectBlocks } from './mapping/indirect';
import { judgeZeroMaps } from './mapping/zero-maps';
import { checkSizes } from './sizes';
import { isValidLongSymlink, symlinkBlock } from './validity';
import { useXattrBlock } from './xattr/block';
import { checkBodyValues } from './xattr/body';

const hasIndirectBlocks = (n: CurrentInode): boolean => n.word(12) !== 0 || n.word(13) !== 0 || n.word(14) !== 0;

const isForeign = (n: CurrentInode): boolean => n.has(inodeFlags.EXTENTS) && !n.hasExtents;

const isLongSymlink = (n: CurrentInode): boolean => n.isSymlink && !n.isFastSymlink && !n.has(inodeFlags.INLINE_DATA);

/** Whether an inode can only be judged after other blocks are read. */
export function needsBlocks(n: CurrentInode, scan: InodeScan): boolean {
  if (n.xattrBlock !== 0 && scan.volume.inRange(n.xattrBlock)) return true;
  if (isLongSymlink(n) || mayHavePolicyElsewhere(n)) return true;
  if (n.has(inodeFlags.INDEX)) return true;
  if (!n.hasMapping) return disguisedBlock(n, scan) !== 0;
  if (isForeign(n)) return true;
  return n.hasExtents ? hasExtentNodes(n) : hasIndirectBlocks(n);
}

/** The first blocks that `finishWithBlocks` needs, so that they can be read in disk order before. */
export function blocksWanted(
  n: CurrentInode,
  scan: InodeScan,
  want: (block: number, level: number, extents: boolean) => void,
): void {
  if (n.xattrBlock !== 0) want(n.xattrBlock, 0, false);
  if (isLongSymlink(n)) want(symlinkBlock(n), 0, false);
  if (!n.hasMapping) {
    want(disguisedBlock(n, scan), 0, false);
    return;
  }
  const root = n.at + inode.i_block.offset;
  if (!n.hasExtents) {
    if (n.has(inodeFlags.INDEX)) want(n.word(0), 0, false);
    for (let level = 1; level <= 3; level++) want(n.word(11 + level), level - 1, false);
    return;
  }
  const depth = n.view.getUint16(root + 6, true);
  const entries = Math.min(4, n.view.getUint16(root + 2, true));
  for (let i = 1; i <= entries; i++) {
    const entry = root + i * 12;
    if (depth > 0)
      want(n.view.getUint32(entry + 4, true) + n.view.getUint16(entry + 8, true) * 2 ** 32, depth - 1, true);
    else if (n.has(inodeFlags.INDEX))
      want(n.view.getUint32(entry + 8, true) + n.view.getUint16(entry + 6, true) * 2 ** 32, 0, true);
  }
}

function chargeQuota(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  const { geometry, facts } = scan;
  if (!geometry.features.quota || (n.ino !== 2 && n.ino < geometry.firstIno)) return;
  if (n.has(inodeFlags.EA_INODE)) return;
  if (n.ino === geometry.sb.s_prj_quota_inum || n.ino === geometry.sb.s_orphan_file_inum) return;
  // the kernel charged a value when it was written, whatever became of its size
  const bytes = (tally.blocks + tally.misfitClusters) * geometry.clusterRatio * geometry.blockSize;
  const inodes = 1 + tally.valueInodes;
  const { view, at } = n;
  const wide = geometry.inodeSize > 128 && inode.i_extra_isize(view, at) >= inode.i_projid.offset + 4 - 128;
  facts.quota.charge(0, inode.i_uid(view, at) + inode.i_uid_high(view, at) * 65536, bytes, inodes);
  facts.quota.charge(1, inode.i_gid(view, at) + inode.i_gid_high(view, at) * 65536, bytes, inodes);
  facts.quota.charge(2, wide && geometry.features.project ? inode.i_projid(view, at) : 0, bytes, inodes);
}

function finish(n: CurrentInode, scan: InodeScan, tally: Tally, places: PolicyPlaces | null): void {
  if (n.has(inodeFlags.ENCRYPT))
    checkEncryption(n, scan, places ?? { block: scan.volume.cached(n.xattrBlock) ?? null, values: null, value: null });
  tally.blocks += tally.valueClusters;
  judgeZeroMaps(n, scan, tally);
  checkSizes(n, scan, tally);
  chargeQuota(n, scan, tally);
  if (n.has(inodeFlags.VERITY) && n.isRegular) scan.facts.verity.add(n.ino, tally.blocks, n.has(inodeFlags.ENCRYPT));
}

/** Finishes an inode that needs no other blocks. */
export function finishAtOnce(n: CurrentInode, scan: InodeScan, tally: Tally): void {
  tally.reset();
  if (n.hasMapping) {
    if (!n.hasExtents) {
      scanDirectBlocks(n, scan, tally);
      tally.lastWritten = tally.lastBlock;
    } else {
      const tree = checkExtentRoot(n, scan, tally);
      if (tree) scanShallowTree(tree);
    }
  }
  finish(n, scan, tally, null);
}

/** The first logical block, as a reader of the directory index finds it. */
async function firstBlock(n: CurrentInode, scan: InodeScan): Promise<{ view: DataView | null; why: string }> {
  if (n.has(inodeFlags.INLINE_DATA)) return { view: null, why: 'cannot be in inline data' };
  let block = n.has(inodeFlags.EXTENTS) ? 0 : n.word(0);
  const nodes: number[] = [];
  if (n.has(inodeFlags.EXTENTS))
    await walkMapping(scan.volume, n.view, n.at, {
      node: (at) => {
        nodes.push(at);
      },
      run: (logical, physical) => {
        if (logical === 0) block = physical;
        return false;
      },
    });
  if (block === 0) return { view: null, why: 'is not mapped' };
  if (!scan.volume.inRange(block)) return { view: null, why: 'is outside the file system' };
  for (const node of nodes) {
    const view = await scan.volume.block(node);
    if (view === null) continue;
    const tail = extentTailOffset(extentHeader.eh_max(view, 0));
    if (!extentChecksumGood(scan.geometry, n.ino, inode.i_generation(n.view, n.at), view, tail))
      return { view: null, why: 'is mapped by a block with a wrong checksum' };
  }
  return { view: await scan.volume.block(block), why: 'cannot be read' };
}

async function scanMapping(n: CurrentInode, scan: InodeScan, tally: Tally): Promise<void> {
  if (!n.hasExtents) {
    if (isForeign(n)) await scanForeignExtents(n, scan, tally);
    else {
      scanDirectBlocks(n, scan, tally);
      await scanIndirectBlocks(n, scan, tally);
    }
    tally.lastWritten = tally.lastBlock;
    return;
  }
  const tree = checkExtentRoot(n, scan, tally);
  if (tree) await scanDeepTree(tree);
}

/** Finishes an inode that needs other blocks. `bodyWaits` if the attributes in its body are not judged yet. */
export async function finishWithBlocks(
  n: CurrentInode,
  scan: InodeScan,
  tally: Tally,
  bodyWaits: boolean,
): Promise<void> {
  tally.reset();
  if (bodyWaits) {
    const charge = await checkBodyValues(n, scan);
    tally.valueClusters += charge.clusters;
    tally.valueInodes += charge.inodes;
    tally.misfitClusters += charge.misfits;
  }
  if (isLongSymlink(n)) {
    const block = symlinkBlock(n);
    const target = scan.volume.inRange(block) ? await scan.volume.block(block) : null;
    if (isValidLongSymlink(n, target)) checkImmutable(n, scan);
    else scan.facts.inodes.markBad(n.ino);
  }
  if (disguisedBlock(n, scan) !== 0) await checkDisguised(n, scan);
  await useXattrBlock(n, scan, tally);
  if (n.hasMapping) {
    await scanMapping(n, scan, tally);
  }
  if (n.has(inodeFlags.INDEX)) {
    const { view, why } = await firstBlock(n, scan);
    checkHtreeRoot(n, scan, view, why);
    registerIndex(n, scan, tally);
  }
  finish(n, scan, tally, mayHavePolicyElsewhere(n) ? await loadPolicyPlaces(n, scan) : null);
}

/** Extended attributes in a block that several inodes may share: judged for the first of them. */
import { isAllZero } from '../../../bytes/bitmap';
import type { XattrBlockUse } from '../../../facts/scan';
import { inode } from '../../../layout/inode';
import { maxXattrValue } from '../../../layout/limits';
import {
  roundUpXattr,
  xattrEntry,
  xattrEntrySize,
  xattrHeader,
  xattrHeaderSize,
  xattrMagic,
} from '../../../layout/xattr';
import type { ReportFinding } from '../../../problem/collector';
import type { Where } from '../../../problem/finding';
import { loadValueInodes, type ValueInodes } from '../../../volume/value-inodes';
import { bytesOf } from '../../../volume/volume';
import { blockXattrs, isAcceptedByKernel, isInOrder, type XattrArea } from '../../../volume/xattr-entries';
import { entryHashGood, xattrBlockChecksumGood } from '../../../volume/xattr-hash';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import { problems } from './problems';
import { Regions } from './regions';
import { checkReference, countReferences, noCharge, type Owner, type ValueCharge } from './values';

/** Notes that an inode uses its attribute block, and checks the block the first time. */
export async function useXattrBlock(n: CurrentInode, scan: InodeScan, tally: Tally): Promise<void> {
  const { facts, geometry, volume } = scan;
  const block = n.xattrBlock;
  if (block === 0 || !geometry.features.ext_attr || !volume.inRange(block)) return;
  tally.blocks++;
  const use = facts.xattrBlocks.get(block) ?? (await firstUse(n, scan, block));
  use.used++;
  tally.valueClusters += use.charge.clusters;
  tally.valueInodes += use.charge.inodes;
  tally.misfitClusters += use.charge.misfits;
  // the kernel looks for capabilities when it executes a file, and for an ACL when another user than the owner opens it;
  // for a symlink it looks for neither
  if (use.refused && !n.isSymlink) facts.harm(n.ino, 'unreadable');
}

async function firstUse(n: CurrentInode, scan: InodeScan, block: number): Promise<XattrBlockUse> {
  const { facts, volume } = scan;
  const { charge, refused } = await checkBlock(n, scan, block);
  const view = await volume.block(block);
  const stored = view ? xattrHeader.h_refcount(view, 0) : 1;
  const use = { stored, used: 0, inode: n.ino, refused, charge };
  facts.xattrBlocks.set(block, use);
  facts.blocks.claim(block);
  return use;
}

async function checkBlock(
  n: CurrentInode,
  scan: InodeScan,
  block: number,
): Promise<Pick<XattrBlockUse, 'charge' | 'refused'>> {
  const where: Where = { inode: n.ino, block };
  const { report, geometry, volume, groups } = scan;
  const view = await volume.block(block);
  if (view === null) {
    report(problems['xattr-block-unreadable'], where, {});
    return { charge: noCharge, refused: true };
  }
  if (isAllZero(bytesOf(view), 0, view.byteLength)) {
    scan.facts.zeroBlocks++;
    report(problems['xattr-block-zero'], where, {});
  }
  const magic = xattrHeader.h_magic(view, 0);
  if (magic !== xattrMagic) report(problems['xattr-block-magic'], where, { stored: magic });
  const blocks = xattrHeader.h_blocks(view, 0);
  if (blocks !== 1) report(problems['xattr-block-count'], where, { stored: blocks });
  const area = blockXattrs(view);
  const values = await loadValueInodes(volume, groups, area);
  const owner = { ino: n.ino, generation: inode.i_generation(n.view, n.at) };
  let harmless = true;
  const noting: ReportFinding = (problem, ...rest) => {
    harmless &&= problem.severity === 'warning';
    report(problem, ...rest);
  };
  const charge = walk({ ...scan, report: noting }, where, area, values, owner);
  const hasHeader = magic === xattrMagic && blocks === 1;
  const isWhole = hasHeader && xattrBlockChecksumGood(geometry, view, block);
  if (hasHeader && !isWhole) report(problems['xattr-block-checksum-wrong'], where, {});
  countReferences(scan, area);
  const accepted = isAcceptedByKernel(area, geometry);
  if (isWhole && harmless && !accepted) report(problems['xattr-refused'], where, {});
  return { charge, refused: !isWhole || !accepted };
}

/** Walks the entries up to the first with an impossible place, name space or value. */
function walk(scan: InodeScan, where: Where, area: XattrArea, values: ValueInodes, owner: Owner): ValueCharge {
  const { view } = area;
  const { blockSize } = scan.geometry;
  const regions = new Regions(blockSize);
  regions.take(0, xattrHeaderSize);
  const charge = { clusters: 0, inodes: 0, misfits: 0 };
  let at = xattrHeaderSize;
  let previous = 0;
  let sorted = true;
  while (at + 4 <= blockSize && view.getUint32(at, true) !== 0) {
    const length = xattrEntrySize + roundUpXattr(xattrEntry.e_name_len(view, at));
    if (!regions.take(at, length)) {
      scan.report(problems['xattr-block-collision'], where, { offset: at });
      break;
    }
    if (xattrEntry.e_name_index(view, at) === 0) {
      scan.report(problems['xattr-block-bad-name'], where, { offset: at });
      break;
    }
    if (sorted && previous !== 0 && !isInOrder(area, previous, at)) {
      sorted = false;
      scan.report(problems['xattr-block-unsorted'], where, { offset: at });
    }
    if (xattrEntry.e_value_inum(view, at) !== 0) {
      const { fits, clusters } = checkReference(scan, where, view, at, values, owner);
      charge[fits ? 'clusters' : 'misfits'] += clusters;
      charge.inodes++;
    } else if (!checkValue(scan, where, view, at, regions)) break;
    previous = at;
    at += length;
  }
  if (!regions.take(at, 4)) scan.report(problems['xattr-block-collision'], where, { offset: at });
  return charge;
}

/** Whether the value of the entry at `at` has a possible place; other faults do not end the walk. */
function checkValue(scan: InodeScan, where: Where, view: DataView, at: number, regions: Regions): boolean {
  const offset = xattrEntry.e_value_offs(view, at);
  const size = xattrEntry.e_value_size(view, at);
  if (size > maxXattrValue || offset + size > view.byteLength) {
    scan.report(problems['xattr-block-bad-value'], where, { offset: at, size });
    return false;
  }
  if (size > 0 && !regions.take(offset, roundUpXattr(size)))
    scan.report(problems['xattr-block-collision'], where, { offset: at });
  if (!entryHashGood(view, at, offset))
    scan.report(problems['xattr-hash-wrong'], where, { stored: xattrEntry.e_hash(view, at) });
  return true;
}

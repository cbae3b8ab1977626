/** The hash index of a directory: roots and nodes when they are read, the tree after all blocks. */
import { blockRole, type IndexDir, indexFlag } from '../../facts/index-dirs';
import { dirent } from '../../layout/dirent';
import {
  dxCountLimit,
  dxEntry,
  dxEntrySize,
  dxNodeHeader,
  dxRootInfo,
  dxRootInfoOffset,
  dxTailSize,
} from '../../layout/htree';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Geometry } from '../../volume/geometry';
import { signedVersion } from './entry-hash';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'htree-block-unreferenced': { severity: 'error', e2fsck: [0x020034] },
  'htree-block-referenced-twice': { severity: 'error', e2fsck: [0x020035] },
  'htree-min-hash': { severity: 'error', e2fsck: [0x020036] },
  'htree-max-hash': { severity: 'error', e2fsck: [0x020037] },
  'htree-depth-uneven': { severity: 'error', e2fsck: [0x020040] },
  'htree-block-missing': { severity: 'error', e2fsck: [0x02003a] },
  'htree-root-bad': { severity: 'warning', e2fsck: [0x02003c] },
  'htree-limit-wrong': { severity: 'warning', e2fsck: [0x02003d] },
  'htree-count-wrong': { severity: 'warning', e2fsck: [0x02003e] },
  'htree-hash-order': { severity: 'error', e2fsck: [0x02003f] },
  'htree-root-checksum-wrong': { severity: 'error', e2fsck: [0x020049] },
  'htree-node-checksum-wrong': { severity: 'error', e2fsck: [0x02004a] },
});

/** Largest number of steps from a leaf to the root. */
const maxWalk = 16;

const tailSize = (geometry: Geometry): number => (geometry.features.metadata_csum ? dxTailSize : 0);

/** Levels below the root that lookups follow. */
const levelLimit = (geometry: Geometry): number => (geometry.features.large_dir ? 3 : 2);

/** Determines the role of a block in an indexed directory, and reads the parameters in the root. */
export function classifyBlock(
  dir: IndexDir,
  logical: number,
  view: DataView,
  geometry: Geometry,
  report: ReportFinding,
): number {
  dir.minHash[logical] = 0xffffffff;
  if (logical === 0) {
    const at = dxRootInfoOffset;
    const levels = dxRootInfo.indirect_levels(view, at);
    if (
      dxRootInfo.reserved_zero(view, at) !== 0 ||
      dxRootInfo.info_length(view, at) < 8 ||
      levels >= levelLimit(geometry)
    )
      report(problems['htree-root-bad'], { inode: dir.ino }, {});
    dir.hashVersion = signedVersion(geometry, dxRootInfo.hash_version(view, at));
    dir.indirectLevels = levels;
    dir.role[0] = blockRole.ROOT;
    dir.flags[0]! |= indexFlag.FIRST | indexFlag.LAST;
    return blockRole.ROOT;
  }
  const { blockSize } = geometry;
  const recLen = dirent.rec_len(view, 0);
  const spans = recLen === blockSize || (blockSize === 65536 && (recLen === 0 || recLen === 65535));
  const limit = dxCountLimit.limit(view, dxNodeHeader);
  const isNode =
    dirent.inode(view, 0) === 0 &&
    spans &&
    dirent.name_len(view, 0) === 0 &&
    limit === Math.floor((blockSize - dxNodeHeader - tailSize(geometry)) / dxEntrySize);
  dir.role[logical] = isNode ? blockRole.NODE : blockRole.LEAF;
  return dir.role[logical]!;
}

/** Reads the entries of a root or node, and notes the hashes that they allow in the blocks below. */
export function readIndexBlock(
  dir: IndexDir,
  logical: number,
  view: DataView,
  checksumGood: boolean,
  geometry: Geometry,
  report: ReportFinding,
): void {
  const where = { inode: dir.ino, directory: dir.ino };
  const root = logical === 0;
  if (!checksumGood) {
    if (root) report(problems['htree-root-checksum-wrong'], where, {});
    else report(problems['htree-node-checksum-wrong'], where, { logical });
  }
  const start = root ? dxRootInfoOffset + dxRootInfo.info_length(view, dxRootInfoOffset) : dxNodeHeader;
  const expected = Math.floor((geometry.blockSize - start - tailSize(geometry)) / dxEntrySize);
  const limit = dxCountLimit.limit(view, start);
  if (limit !== expected) report(problems['htree-limit-wrong'], where, { logical, stored: limit, expected });
  let count = dxCountLimit.count(view, start);
  if (count > expected) {
    report(problems['htree-count-wrong'], where, { logical, stored: count, expected });
    count = expected;
  }
  let hash = 0;
  let smallest = 0xffffffff;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const previous = hash;
    const at = start + i * dxEntrySize;
    hash = i === 0 ? 0 : (dxEntry.hash(view, at) & ~1) >>> 0;
    const target = dxEntry.block(view, at) & 0x0fffffff;
    if (target >= dir.blocks) {
      report(problems['htree-block-missing'], where, { logical, target });
      continue;
    }
    if (hash < previous) report(problems['htree-hash-order'], where, { logical });
    if ((dir.flags[target]! & indexFlag.REFERENCED) !== 0) dir.flags[target]! |= indexFlag.TWICE;
    else {
      dir.flags[target]! |= indexFlag.REFERENCED;
      dir.parent[target] = logical;
    }
    smallest = Math.min(smallest, hash);
    largest = Math.max(largest, hash);
    dir.nodeMinHash[target] = hash;
    if (i + 1 < count) dir.nodeMaxHash[target] = (dxEntry.hash(view, at + dxEntrySize) & ~1) >>> 0;
    else {
      dir.nodeMaxHash[target] = 0xfffffffe;
      dir.flags[target]! |= indexFlag.LAST;
    }
    if (i === 0) dir.flags[target]! |= indexFlag.FIRST;
  }
  dir.minHash[logical] = smallest;
  dir.maxHash[logical] = largest;
}

function depthOf(dir: IndexDir, block: number): number {
  let depth = 0;
  for (let at = block; dir.role[at] !== blockRole.ROOT && depth < maxWalk; at = dir.parent[at]!) depth++;
  return depth;
}

/** Checks the tree of one directory, after all its blocks were read. */
export function checkTree(dir: IndexDir, report: ReportFinding): void {
  const where = { inode: dir.ino, directory: dir.ino };
  const { flags, role } = dir;
  flags[0]! |= (flags[0]! & indexFlag.REFERENCED) !== 0 ? indexFlag.TWICE : indexFlag.REFERENCED;
  for (let b = 0; b < dir.blocks; b++) {
    if (role[b] !== blockRole.LEAF) continue;
    if ((flags[b]! & indexFlag.FIRST) !== 0) dir.minHash[dir.parent[b]!] = dir.minHash[b]!;
    if ((flags[b]! & indexFlag.LAST) !== 0) dir.maxHash[dir.parent[b]!] = dir.maxHash[b]!;
  }
  for (let b = 0; b < dir.blocks; b++) {
    if ((flags[b]! & indexFlag.FIRST) === 0 && dir.minHash[b]! < dir.nodeMinHash[b]!)
      report(problems['htree-min-hash'], where, { logical: b, stored: dir.minHash[b]!, limit: dir.nodeMinHash[b]! });
    if (role[b] === blockRole.LEAF && depthOf(dir, b) !== dir.indirectLevels + 1)
      report(problems['htree-depth-uneven'], where, { logical: b, expected: dir.indirectLevels + 1 });
    if (b > 0 && dir.maxHash[b]! > dir.nodeMaxHash[b]!)
      report(problems['htree-max-hash'], where, { logical: b, stored: dir.maxHash[b]!, limit: dir.nodeMaxHash[b]! });
    if ((flags[b]! & indexFlag.REFERENCED) === 0) report(problems['htree-block-unreferenced'], where, { logical: b });
    else if ((flags[b]! & indexFlag.TWICE) !== 0)
      report(problems['htree-block-referenced-twice'], where, { logical: b });
  }
}

/** Pass 5: compares bitmaps and free counts with what is in use. */
import { type Bits, differences, makeBits } from '../../bytes/bits';
import { exact64, join32 } from '../../bytes/field';
import { inodeState } from '../../facts/inodes';
import type { ScanFacts } from '../../facts/scan';
import { groupFlags } from '../../layout/group';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { LoadedBitmaps } from '../../volume/bitmaps';
import { type Geometry, groupClusters, groupFirstBlock, groupOfBlock, groupOfInode } from '../../volume/geometry';
import { type Groups, isUninit } from '../../volume/groups';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'block-used-marked-free': { severity: 'warning', e2fsck: [0x050005, 0x050015] },
  'block-marked-unused': { severity: 'info', e2fsck: [0x050004, 0x050014] },
  'block-in-uninit-group': { severity: 'warning', e2fsck: [0x050018] },
  'inode-used-marked-free': { severity: 'warning', e2fsck: [0x050009, 0x050017] },
  'inode-marked-unused': { severity: 'info', e2fsck: [0x050008, 0x050016] },
  'group-free-blocks-wrong': { severity: 'info', e2fsck: [0x05000e] },
  'superblock-free-blocks-wrong': { severity: 'info', e2fsck: [0x05000f] },
  'group-free-inodes-wrong': { severity: 'info', e2fsck: [0x05000b] },
  'superblock-free-inodes-wrong': { severity: 'info', e2fsck: [0x05000d] },
  'group-directories-wrong': { severity: 'info', e2fsck: [0x05000c] },
  'inode-bitmap-padding': { severity: 'info', e2fsck: [0x050001] },
  'block-bitmap-padding': { severity: 'info', e2fsck: [0x050002] },
  'inode-bitmap-checksum-wrong': { severity: 'warning', e2fsck: [0x05001a] },
  'block-bitmap-checksum-wrong': { severity: 'warning', e2fsck: [0x05001b] },
  'block-bitmap-zero': { severity: 'warning', e2fsck: [] },
  'inode-bitmap-zero': { severity: 'warning', e2fsck: [] },
  'block-bitmap-unreadable': { severity: 'error', e2fsck: [] },
  'inode-bitmap-unreadable': { severity: 'error', e2fsck: [] },
});

export interface BitmapCheck {
  readonly geometry: Geometry;
  readonly groups: Groups;
  readonly facts: ScanFacts;
  readonly disk: LoadedBitmaps;
  readonly report: ReportFinding;
  /** What a mount deletes first and is therefore marked as in use; none if unknown. */
  readonly pending?: PendingUse;
}

/** Inodes, and clusters of inodes, that wait to be deleted. */
export interface PendingUse {
  readonly deleted: readonly number[];
  readonly directories: readonly number[];
  readonly clusters: Bits | null;
}

/** `used` and the part of `pending` that the disk still marks. */
function withPending(used: Bits, disk: Bits, pending: Bits | null | undefined): Bits {
  if (!pending) return used;
  const { size } = used;
  const both = makeBits(size);
  both.takeRange(used, 0, size);
  differences(pending, makeBits(size), 0, size, (start, end) => both.takeRange(disk, start, end - start));
  return both;
}

/** Clusters in use but free on disk, and the reverse, as runs. */
function compareBlocks({ geometry, groups, facts, disk, report, pending }: BitmapCheck): void {
  const used = withPending(facts.blocks.claimed, disk.blocks, pending?.clusters);
  const ratio = geometry.clusterRatio;
  const first = Math.floor(geometry.firstDataBlock / ratio);
  differences(used, disk.blocks, first, used.size, (start, end, claimed) => {
    const block = start * ratio;
    const last = end * ratio - 1;
    const single = end - start === 1;
    const group = groupOfBlock(geometry, Math.max(block, geometry.firstDataBlock));
    if (!claimed) {
      report(
        problems['block-marked-unused'],
        { group, block },
        { last, blocks: end - start },
        single ? 0x050004 : 0x050014,
      );
      return;
    }
    for (let g = group; g <= Math.min(groupOfBlock(geometry, last), groups.count - 1); g++) {
      if (isUninit(geometry, groups, g, groupFlags.BLOCK_UNINIT))
        report(
          problems['block-in-uninit-group'],
          { group: g, block: Math.max(block, groupFirstBlock(geometry, g)) },
          {},
        );
    }
    report(
      problems['block-used-marked-free'],
      { group, block },
      { last, blocks: end - start },
      single ? 0x050005 : 0x050015,
    );
  });
}

/** Inodes in use as a bitmap, to compare by words. */
function usedInodes({ inodes }: ScanFacts): Bits {
  const used = makeBits(inodes.count);
  const { state } = inodes;
  // four states at a time: most inodes of a large file system were never used
  const words = new Int32Array(state.buffer, state.byteOffset, state.length >> 2);
  const mark = (from: number, to: number) => {
    for (let ino = Math.max(from, 1); ino < to; ino++) if ((state[ino]! & inodeState.USED) !== 0) used.set(ino - 1);
  };
  for (let word = 0; word < words.length; word++) if (words[word] !== 0) mark(word * 4, word * 4 + 4);
  mark(words.length * 4, state.length);
  return used;
}

function compareInodes({ geometry, facts, disk, report, pending }: BitmapCheck): void {
  const used = usedInodes(facts);
  for (const ino of pending?.deleted ?? []) if (disk.inodes.test(ino - 1)) used.set(ino - 1);
  differences(used, disk.inodes, 0, facts.inodes.count, (start, end, isUsed) => {
    const first = start + 1;
    const group = groupOfInode(geometry, first);
    const single = end - start === 1;
    if (isUsed)
      report(
        problems['inode-used-marked-free'],
        { group, inode: first },
        { last: end, inodes: end - start },
        single ? 0x050009 : 0x050017,
      );
    else
      report(
        problems['inode-marked-unused'],
        { group, inode: first },
        { last: end, inodes: end - start },
        single ? 0x050008 : 0x050016,
      );
  });
}

function compareBlockCounts({ geometry, groups, disk, report }: BitmapCheck): void {
  let total = 0;
  for (let group = 0; group < groups.count; group++) {
    const first = Math.floor(groupFirstBlock(geometry, group) / geometry.clusterRatio);
    const clusters = groupClusters(geometry, group);
    const free = clusters - disk.blocks.count(first, first + clusters);
    total += free;
    const stored = groups.freeBlocks[group]!;
    if (stored !== free) report(problems['group-free-blocks-wrong'], { group }, { stored, expected: free });
  }
  const { sb, features, clusterRatio } = geometry;
  const stored = join32(sb.s_free_blocks_count_lo, features['64bit'] ? sb.s_free_blocks_count_hi : 0);
  if (stored !== total * clusterRatio) {
    const exact = exact64(sb.s_free_blocks_count_lo, features['64bit'] ? sb.s_free_blocks_count_hi : 0);
    report(problems['superblock-free-blocks-wrong'], {}, { stored: exact, expected: total * clusterRatio });
  }
}

function compareInodeCounts({ geometry, groups, facts, disk, report, pending }: BitmapCheck): void {
  const { inodesPerGroup } = geometry;
  const dirs = new Uint32Array(groups.count);
  for (let i = 0; i < facts.directories.length; i++) {
    const ino = facts.directories.inodes.get(i);
    if (disk.inodes.test(ino - 1)) dirs[groupOfInode(geometry, ino)]!++;
  }
  for (const ino of pending?.directories ?? []) if (disk.inodes.test(ino - 1)) dirs[groupOfInode(geometry, ino)]!++;
  let total = 0;
  for (let group = 0; group < groups.count; group++) {
    const free = inodesPerGroup - disk.inodes.count(group * inodesPerGroup, (group + 1) * inodesPerGroup);
    total += free;
    const where = { group };
    if (groups.freeInodes[group] !== free)
      report(problems['group-free-inodes-wrong'], where, { stored: groups.freeInodes[group]!, expected: free });
    if (groups.usedDirs[group] !== dirs[group])
      report(problems['group-directories-wrong'], where, { stored: groups.usedDirs[group]!, expected: dirs[group]! });
  }
  const stored = geometry.sb.s_free_inodes_count;
  if (stored !== total) report(problems['superblock-free-inodes-wrong'], {}, { stored, expected: total });
}

/** Compares everything that can be compared; reports unreadable bitmaps instead. */
export function checkBitmaps(check: BitmapCheck): void {
  const { disk, report, groups } = check;
  for (const group of [...disk.outsideBlocks, ...disk.unreadableBlocks])
    report(problems['block-bitmap-unreadable'], { group, block: groups.blockBitmap[group]! }, {});
  for (const group of [...disk.outsideInodes, ...disk.unreadableInodes])
    report(problems['inode-bitmap-unreadable'], { group, block: groups.inodeBitmap[group]! }, {});
  if (disk.unreadableBlocks.length === 0) {
    compareBlocks(check);
    compareBlockCounts(check);
  }
  if (disk.unreadableInodes.length === 0) {
    compareInodes(check);
    compareInodeCounts(check);
  }
  if (disk.inodePaddingBad) report(problems['inode-bitmap-padding'], {}, {});
  if (disk.blockPaddingBad) report(problems['block-bitmap-padding'], {}, {});
  for (const group of disk.badInodeChecksums)
    report(problems['inode-bitmap-checksum-wrong'], { group, block: groups.inodeBitmap[group]! }, {});
  for (const group of disk.badBlockChecksums)
    report(problems['block-bitmap-checksum-wrong'], { group, block: groups.blockBitmap[group]! }, {});
  for (const group of disk.zeroInodeBitmaps) reportZeroInodes(check, group);
  for (const group of disk.zeroBlockBitmaps) reportZeroBlocks(check, group);
}

/** A bitmap that contains only zeros where something is in use: the block never reached the disk. */
function reportZeroInodes({ geometry, groups, facts, report }: BitmapCheck, group: number): void {
  const first = group * geometry.inodesPerGroup + 1;
  let used = 0;
  for (let ino = first; ino < first + geometry.inodesPerGroup; ino++) if (facts.inodes.isUsed(ino)) used++;
  if (used === 0) return;
  facts.zeroBlocks++;
  report(problems['inode-bitmap-zero'], { group, block: groups.inodeBitmap[group]! }, { used });
}

function reportZeroBlocks({ geometry, groups, facts, report }: BitmapCheck, group: number): void {
  const first = Math.floor(groupFirstBlock(geometry, group) / geometry.clusterRatio);
  const used = facts.blocks.claimed.count(first, first + groupClusters(geometry, group));
  if (used === 0) return;
  facts.zeroBlocks++;
  report(problems['block-bitmap-zero'], { group, block: groups.blockBitmap[group]! }, { used });
}

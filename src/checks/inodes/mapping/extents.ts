/** Extent trees: every node and entry, in the order in which a reader meets them. */
import { isAllZero } from '../../../bytes/bitmap';
import { join32 } from '../../../bytes/field';
import {
  extentCapacity,
  extentEntrySize,
  extentHeader,
  extentIndex,
  extentLeaf,
  extentTailOffset,
  maxInitializedLength,
} from '../../../layout/extent';
import { inode, inodeFlags } from '../../../layout/inode';
import { define } from '../../../problem/define';
import { extentChecksumGood } from '../../../volume/extent-checksum';
import { isExtentHeader } from '../../../volume/extent-header';
import { bytesOf } from '../../../volume/volume';
import type { InodeScan, Tally } from '../context';
import type { CurrentInode } from '../current';
import { hasRootHeader } from '../flags';
import type { ExtentData, texts } from '../texts';
import { metadataCollision } from './block-map';
import { claimExtent, queueDirectoryBlocks } from './claims';

export const problems = define<typeof texts>()({
  'extent-root-missing': { severity: 'error', e2fsck: [0x010081] },
  'extent-root-too-deep': { severity: 'warning', e2fsck: [0x01007f] },
  'extent-tree-broken': { severity: 'error', e2fsck: [0x010057] },
  'extent-node-zero': { severity: 'error', e2fsck: [] },
  'extent-depth-mismatch': { severity: 'error', e2fsck: [] },
  'extent-block-out-of-range': { severity: 'error', e2fsck: [0x010058] },
  'extent-ends-beyond': { severity: 'error', e2fsck: [0x010059] },
  'extent-out-of-order': { severity: 'error', e2fsck: [0x01005e] },
  'extent-end-out-of-bounds': { severity: 'error', e2fsck: [0x01006e] },
  'extent-length-zero': { severity: 'error', e2fsck: [0x010066] },
  'extent-collision': { severity: 'error', e2fsck: [0x01007d] },
  'extent-header-invalid': { severity: 'error', e2fsck: [0x01005f] },
  'extent-node-checksum-wrong': { severity: 'error', e2fsck: [0x01006a] },
  'extent-index-start-wrong': { severity: 'error', e2fsck: [0x01006d] },
  'directory-extent-gap': { severity: 'error', e2fsck: [0x010072] },
  'directory-extent-unwritten': { severity: 'error', e2fsck: [0x010073] },
  'directory-too-big-extent': { severity: 'error', e2fsck: [0x010044] },
});

/** Largest depth that a tree needs. */
function usefulDepth(blockSize: number): number {
  let depth = 0;
  for (let reach = 4; reach < 2 ** 32; reach *= extentCapacity(blockSize)) depth++;
  return depth;
}

/** Whether the mapping has nodes in other blocks. */
export const hasExtentNodes = (n: CurrentInode): boolean =>
  n.view.getUint16(n.at + inode.i_block.offset + extentHeader.eh_depth.offset, true) > 0 && hasRootHeader(n);

/** Common to all nodes of one tree. */
export interface Tree {
  n: CurrentInode;
  scan: InodeScan;
  tally: Tally;
  /** Levels between the root and the leaves. */
  depth: number;
  /** Last logical block within the size of the file. */
  endOfFile: number;
  /** First logical block not yet covered by an extent. */
  covered: number;
  path: number[];
}

interface Node {
  view: DataView;
  at: number;
  entries: number;
  /** Levels below: 0 for a leaf node. */
  level: number;
  /** Lowest logical block allowed. */
  start: number;
  /** Highest logical block allowed; 0 means no bound. */
  end: number;
  /** First logical block after the node, by its parent. */
  limit: number;
  /** False below a node that is on metadata: problems there are not reported. */
  itemise: boolean;
}

/** Checks the root and starts a walk; null if there is no tree. */
export function checkExtentRoot(n: CurrentInode, scan: InodeScan, tally: Tally): Tree | null {
  if (!hasRootHeader(n)) {
    scan.report(problems['extent-root-missing'], n.where(inode.i_block), {});
    scan.facts.harm(n.ino, n.isDirectory ? 'unreadable' : 'damaged');
    return null;
  }
  const { blockSize } = scan.geometry;
  const root = n.at + inode.i_block.offset;
  const depth = extentHeader.eh_depth(n.view, root);
  const expected = usefulDepth(blockSize);
  if (depth > expected)
    scan.report(problems['extent-root-too-deep'], n.where(inode.i_block), { stored: depth, expected });
  const blocks = Math.ceil(n.size / blockSize);
  return { n, scan, tally, depth, endOfFile: blocks - 1, covered: 0, path: [] };
}

const rootNode = (tree: Tree): Node => {
  const root = tree.n.at + inode.i_block.offset;
  return {
    view: tree.n.view,
    at: root,
    entries: extentHeader.eh_entries(tree.n.view, root),
    level: tree.depth,
    start: 0,
    end: 0,
    limit: tree.endOfFile + 1,
    itemise: true,
  };
};

export function scanShallowTree(tree: Tree): void {
  scanLeaf(tree, rootNode(tree));
}

export function scanDeepTree(tree: Tree): Promise<void> {
  return scanNode(tree, rootNode(tree));
}

/** The first rule that an entry breaks, in e2fsck's order. */
function entryProblem(tree: Tree, node: Node, entry: ExtentData, unwritten: boolean) {
  const { n, scan } = tree;
  const { features, sb, blocksCount, firstDataBlock } = scan.geometry;
  const leaf = node.level === 0;
  const last = entry.logical + entry.length - 1;
  if (entry.physical === 0 || entry.physical < firstDataBlock || entry.physical >= blocksCount)
    return problems['extent-block-out-of-range'];
  if (entry.logical < node.start) return problems['extent-out-of-order'];
  const spared = last > tree.endOfFile && (unwritten || n.has(inodeFlags.VERITY));
  if (node.end > 0 && last > node.end && !spared) return problems['extent-end-out-of-bounds'];
  if (!leaf) return null;
  if (entry.length === 0) return problems['extent-length-zero'];
  if (entry.physical + entry.length > blocksCount) return problems['extent-ends-beyond'];
  if (
    n.isDirectory &&
    n.sizeHigh === 0 &&
    !features.large_dir &&
    entry.logical + entry.length > 2 ** (21 - sb.s_log_block_size)
  )
    return problems['directory-too-big-extent'];
  return entry.logical < tree.covered ? problems['extent-collision'] : null;
}

function reportEntry(
  tree: Tree,
  node: Node,
  problem: NonNullable<ReturnType<typeof entryProblem>>,
  entry: ExtentData,
): void {
  if (!node.itemise) return;
  tree.tally.illegal++;
  tree.scan.report(problem, { inode: tree.n.ino, block: entry.physical }, { ...entry });
  tree.scan.facts.harm(tree.n.ino, tree.n.isDirectory ? 'partly-lost' : 'damaged');
}

function scanLeaf(tree: Tree, node: Node): void {
  const { n, scan, tally } = tree;
  let start = node.start;
  for (let i = 1; i <= node.entries; i++) {
    const where = node.at + i * extentEntrySize;
    const stored = extentLeaf.ee_len(node.view, where);
    const unwritten = stored > maxInitializedLength;
    const entry: ExtentData = {
      physical: join32(extentLeaf.ee_start_lo(node.view, where), extentLeaf.ee_start_hi(node.view, where)),
      logical: extentLeaf.ee_block(node.view, where),
      length: unwritten ? stored - maxInitializedLength : stored,
    };
    const problem = entryProblem(tree, start === node.start ? node : { ...node, start }, entry, unwritten);
    if (n.isDirectory && unwritten && !problem && node.itemise)
      reportEntry(tree, node, problems['directory-extent-unwritten'], entry);
    if (problem && node.itemise) {
      reportEntry(tree, node, problem, entry);
      continue;
    }
    // entries below a node on metadata count in any case, although there is nothing to claim
    const beyond = entry.physical >= scan.geometry.blocksCount;
    if (n.isDirectory && node.itemise && tally.lastBlock + 1 < entry.logical) {
      scan.report(
        problems['directory-extent-gap'],
        { inode: n.ino, block: entry.physical },
        { logical: entry.logical, expected: tally.lastBlock + 1 },
      );
      scan.facts.harm(n.ino, 'partly-lost');
    }
    if (n.isDirectory && !beyond) queueDirectoryBlocks(scan, tally, n.ino, entry.logical, entry.physical, entry.length);
    if (beyond) tally.blocks += Math.ceil(entry.length / scan.geometry.clusterRatio);
    else claimExtent(n, scan, tally, entry.logical, entry.physical, entry.length);
    tally.lastBlock = entry.logical + entry.length - 1;
    if (!unwritten) tally.lastWritten = tally.lastBlock;
    start = tally.lastBlock;
    tree.covered = Math.max(tree.covered, tally.lastBlock + 1);
  }
}

async function scanNode(tree: Tree, node: Node): Promise<void> {
  if (node.level === 0) {
    scanLeaf(tree, node);
    return;
  }
  for (let i = 1; i <= node.entries; i++) {
    const where = node.at + i * extentEntrySize;
    const logical = extentIndex.ei_block(node.view, where);
    const limit = i < node.entries ? extentIndex.ei_block(node.view, where + extentEntrySize) : node.limit;
    const physical = join32(extentIndex.ei_leaf_lo(node.view, where), extentIndex.ei_leaf_hi(node.view, where));
    const entry: ExtentData = { physical, logical, length: (limit - logical) >>> 0 };
    const problem = entryProblem(tree, node, entry, false);
    if (problem) reportEntry(tree, node, problem, entry);
    else if (await enter(tree, node, entry, limit)) {
      tree.scan.facts.blocks.claim(physical);
      tree.tally.blocks++;
    }
  }
}

/** Enters the node of an index entry; false if it is not a node. */
async function enter(tree: Tree, parent: Node, entry: ExtentData, limit: number): Promise<boolean> {
  const { n, scan } = tree;
  const itemise = parent.itemise && !metadataCollision(n, scan, entry.physical);
  const broken = (why: string) => {
    scan.report(problems['extent-tree-broken'], { inode: n.ino, block: entry.physical }, { ...entry, why });
    scan.facts.harm(n.ino, n.isDirectory ? 'partly-lost' : 'damaged');
    return false;
  };
  if (scan.facts.nodeBudget-- <= 0) return false;
  if (tree.path.includes(entry.physical)) return broken('leads back to itself');
  const view = await scan.volume.block(entry.physical);
  if (view === null) return broken('cannot be read');
  const where = { inode: n.ino, block: entry.physical };
  if (isAllZero(bytesOf(view), 0, view.byteLength)) {
    scan.facts.zeroBlocks++;
    scan.report(problems['extent-node-zero'], where, {});
  }
  const entries = extentHeader.eh_entries(view, 0);
  if (!isExtentHeader(view, 0, view.byteLength)) {
    if (!itemise) return broken('has no valid header');
    reportEntry(tree, parent, problems['extent-header-invalid'], entry);
    return false;
  }
  if (entries === 0) return broken('is empty');
  const level = parent.level - 1;
  const depth = extentHeader.eh_depth(view, 0);
  if (depth !== level) scan.report(problems['extent-depth-mismatch'], where, { stored: depth, expected: level });
  const first = extentIndex.ei_block(view, extentEntrySize);
  if (first !== entry.logical)
    scan.report(problems['extent-index-start-wrong'], where, { stored: entry.logical, expected: first });
  tree.path.push(entry.physical);
  await scanNode(tree, {
    view,
    at: 0,
    entries,
    level,
    start: first,
    end: entry.logical + entry.length - 1,
    limit,
    itemise,
  });
  tree.path.pop();
  if (
    !n.checksumGood ||
    !extentChecksumGood(
      scan.geometry,
      n.ino,
      inode.i_generation(n.view, n.at),
      view,
      extentTailOffset(extentHeader.eh_max(view, 0)),
    )
  )
    scan.report(problems['extent-node-checksum-wrong'], where, {});
  return true;
}

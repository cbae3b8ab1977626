/** Passes 1B to 1D: blocks claimed more than once, with all claimants. Runs only when there are any. */
import type { ScanFacts } from '../../facts/scan';
import { extentHeader, extentTailOffset } from '../../layout/extent';
import { fileType, inode, inodeFlags } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import { extentChecksumGood } from '../../volume/extent-checksum';
import { isExtentHeader } from '../../volume/extent-header';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { isFastSymlink, xattrBlockOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import type { Volume } from '../../volume/volume';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'blocks-multiply-claimed': { severity: 'error', e2fsck: [0x011002, 0x011008] },
  'file-shares-blocks': { severity: 'error', e2fsck: [0x013001] },
  'file-shares-with': { severity: 'error', e2fsck: [0x013002] },
  'file-shares-metadata': { severity: 'error', e2fsck: [0x013003] },
  'file-on-metadata': { severity: 'error', e2fsck: [] },
  'mapping-not-walked-again': { severity: 'error', e2fsck: [0x011006] },
});

/** Claimants kept per cluster, and claims kept in total, in case everything claims everything. */
const maxClaimants = 64;
const maxClaims = 1_000_000;
/**
 * Largest number of blocks and pointers examined, in addition to four per existing block: valid mappings need far
 * fewer.
 */
const maxSteps = 2 ** 26;
/** Blocks that are skipped together when none of them is shared. */
const stride = 4096;
/** Largest number of other claimants in one finding. */
const maxNamed = 200;

class Claims {
  /** The inodes that claim a cluster. */
  private readonly byCluster = new Map<number, number[]>();
  /** The shared clusters of an inode. */
  readonly byInode = new Map<number, number[]>();
  private total = 0;

  add(ino: number, cluster: number): void {
    if (this.total >= maxClaims) return;
    this.total++;
    const claimants = this.byCluster.get(cluster);
    if (!claimants) this.byCluster.set(cluster, [ino]);
    else if (claimants.length < maxClaimants && claimants[claimants.length - 1] !== ino) claimants.push(ino);
    const own = this.byInode.get(ino);
    if (!own) this.byInode.set(ino, [cluster]);
    else if (own[own.length - 1] !== cluster) own.push(cluster);
  }

  /** The other inodes that share clusters with `ino`, in the order of its clusters. */
  sharers(ino: number): number[] {
    const others = new Set<number>();
    for (const cluster of this.byInode.get(ino) ?? [])
      for (const other of this.byCluster.get(cluster) ?? []) if (other !== ino) others.add(other);
    return [...others];
  }
}

/** Joins consecutive shared blocks into runs, and reports each run. */
class Runs {
  private start = 0;
  private end = 0;
  private isFirst = true;

  constructor(
    private readonly ino: number,
    private readonly report: ReportFinding,
  ) {}

  add(block: number): void {
    if (this.start > 0 && block === this.end + 1) {
      this.end = block;
      return;
    }
    this.flush();
    this.start = block;
    this.end = block;
  }

  flush(): void {
    if (this.start === 0) return;
    const blocks = this.end - this.start + 1;
    this.report(
      problems['blocks-multiply-claimed'],
      { inode: this.ino, block: this.start },
      { last: this.end, blocks },
      // e2fsck does not name the list of bad blocks here, and starts with a run that ends at block 0, so block 1 continues it
      this.ino === 1 ? [] : blocks === 1 && !(this.isFirst && this.start === 1) ? 0x011002 : 0x011008,
    );
    this.start = 0;
    this.isFirst = false;
  }
}

function hasMapping(view: DataView): boolean {
  const type = inode.i_mode(view, 0) & fileType.MASK;
  if ((inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return false;
  return (
    type === fileType.DIRECTORY || type === fileType.REGULAR || (type === fileType.SYMLINK && !isFastSymlink(view, 0))
  );
}

/** Whether e2fsck, which ignores a wrong depth, would follow a node of an extent tree; true for unreadable ones. */
async function isSoundNode(volume: Volume, ino: number, record: DataView, block: number): Promise<boolean> {
  const node = await volume.block(block);
  if (node === null) return true;
  if (!isExtentHeader(node, 0, node.byteLength)) return false;
  const tail = extentTailOffset(extentHeader.eh_max(node, 0));
  return extentChecksumGood(volume.geometry, ino, inode.i_generation(record, 0), node, tail);
}

/** Pass 1B: finds every claim on a shared block. */
async function collect(volume: Volume, groups: Groups, facts: ScanFacts, report: ReportFinding): Promise<Claims> {
  const claims = new Claims();
  const { blocks, inodes } = facts;
  const fanOut = volume.geometry.blockSize / 4;
  let steps = Math.min(4 * volume.geometry.blocksCount, 2 ** 31) + maxSteps;
  for (let ino = 1; ino <= inodes.count && steps > 0; ino++) {
    if (!inodes.isUsed(ino)) continue;
    const view = await readInode(volume, groups, ino);
    if (view === null) continue;
    const runs = volume.geometry.features.shared_blocks ? null : new Runs(ino, report);
    const take = (block: number) => {
      if (!blocks.isShared(block)) return;
      runs?.add(block);
      claims.add(ino, blocks.clusterOf(block));
    };
    if (ino === 1 || hasMapping(view)) {
      const nodes: number[] = [];
      const hasExtents = (inode.i_flags(view, 0) & inodeFlags.EXTENTS) !== 0;
      let lostTold = false;
      await walkMapping(volume, view, 0, {
        node: (block) => {
          steps -= fanOut;
          nodes.push(block);
          take(block);
        },
        run: (_logical, physical, count) => {
          for (let done = 0; done < count; done += stride) {
            const length = Math.min(stride, count - done);
            steps--;
            if (!blocks.isAnyShared(physical + done, length)) continue;
            steps -= length;
            for (let i = 0; i < length; i++) take(physical + done + i);
          }
          return steps > 0;
        },
        defect: (kind, block, logical) => {
          // for e2fsck an indirect block that does not exist ends the walk, once; this walk continues after it
          const lost = kind === 'out-of-range' && logical === -1 && !hasExtents && !lostTold;
          lostTold ||= lost;
          if (kind === 'unreadable' || lost) report(problems['mapping-not-walked-again'], { inode: ino }, { block });
        },
      });
      if (hasExtents) {
        for (const block of nodes)
          if (!(await isSoundNode(volume, ino, view, block)))
            report(problems['mapping-not-walked-again'], { inode: ino }, { block });
      }
    }
    const xattrBlock = xattrBlockOf(volume.geometry, view, 0);
    if (volume.geometry.features.ext_attr && xattrBlock !== 0) take(xattrBlock);
    runs?.flush();
  }
  // the rest is listed as not checked
  if (steps <= 0) facts.nodeBudget = 0;
  return claims;
}

/** Reports all shared blocks with all their claimants. */
export async function checkDuplicates(
  volume: Volume,
  groups: Groups,
  facts: ScanFacts,
  report: ReportFinding,
): Promise<void> {
  const claims = await collect(volume, groups, facts, report);
  const ratio = volume.geometry.clusterRatio;
  for (const [ino, clusters] of [...claims.byInode].sort((a, b) => a[0] - b[0])) {
    if (ino === 1 || ino === 7) continue;
    if (volume.geometry.features.shared_blocks) {
      report(problems['file-on-metadata'], { inode: ino }, { blocks: clusters.length * ratio });
      facts.harm(ino, 'shared-blocks');
      continue;
    }
    const metadata = clusters.some((cluster) => facts.blocks.metadata.anyInRange(cluster * ratio, ratio));
    const others = claims.sharers(ino);
    report(
      problems['file-shares-blocks'],
      { inode: ino },
      { blocks: clusters.length, claimants: others.length + (metadata ? 1 : 0), sharers: others.slice(0, 20) },
    );
    if (metadata) report(problems['file-shares-metadata'], { inode: ino }, {});
    for (const other of others.slice(0, maxNamed))
      report(problems['file-shares-with'], { inode: other }, { with: ino });
    facts.harm(ino, 'shared-blocks');
  }
}

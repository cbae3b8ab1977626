/** Inodes that the next mount deletes or truncates, because a crash came before. They are not damage. */
import { type Bits, makeBits } from '../../bytes/bits';
import { fileType, inode, inodeFlags } from '../../layout/inode';
import { fsState } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeChecksumGood } from '../../volume/inode-checksum';
import { isFastSymlink, xattrBlockOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import type { Volume } from '../../volume/volume';
import { listedInodes } from './orphan-blocks';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'orphan-inode-pending': { severity: 'info', e2fsck: [] },
  'orphan-inode-unfinished': { severity: 'info', e2fsck: [0x010004, 0x010036, 0x01000c, 0x01000d] },
  'orphan-list-broken': { severity: 'warning', e2fsck: [] },
});

/** Findings that follow from an inode being on the list. */
const consequences = new Set([
  'inode-unused-without-dtime',
  'inode-orphan-leftover',
  'inode-size-wrong',
  'inode-blocks-wrong',
]);

/** The inodes on the orphan list. */
export class Pending {
  /** The listed inodes, by number. */
  private listed: Bits | null = null;
  /** Clusters of the inodes to be deleted, as far as they were read. */
  clusters: Bits | null = null;
  /** The inodes to be deleted, in the order of the list. */
  readonly deleted: number[] = [];
  /** The directories among them. */
  readonly directories: number[] = [];
  /** Whether a mount comes first, so that what follows from the list is not reported. */
  settled = false;

  has(ino: number): boolean {
    return this.listed?.test(ino) === true;
  }

  /** Adds an inode; returns whether it is new. */
  add(ino: number, inodesCount: number): boolean {
    this.listed ??= makeBits(inodesCount + 1);
    return !this.listed.testAndSet(ino);
  }

  get any(): boolean {
    return this.listed !== null;
  }
}

class PendingScan {
  readonly pending = new Pending();
  private budget: number;

  constructor(
    private readonly volume: Volume,
    private readonly groups: Groups,
    private readonly report: ReportFinding,
  ) {
    // limits walks of trees that several listed inodes share
    this.budget = 4 * volume.readableBlocks + 65536;
  }

  /** The inode, or why it cannot be on the list. */
  async listed(ino: number): Promise<DataView | string> {
    const { geometry } = this.volume;
    if (ino < geometry.firstIno || ino > geometry.inodesCount) return 'no inode that can be deleted has that number';
    const view = await readInode(this.volume, this.groups, ino);
    if (view === null) return 'that inode cannot be read';
    if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, ino))
      return 'the checksum of that inode is wrong';
    return view;
  }

  /** Records an inode of the list; false when it was already on it. */
  async take(ino: number, view: DataView): Promise<boolean> {
    const { pending, volume } = this;
    const { geometry } = volume;
    if (!pending.add(ino, geometry.inodesCount)) return false;
    const keeps = inode.i_links_count(view, 0) !== 0;
    const action = keeps ? 'cuts it off at its size' : 'deletes it';
    this.report(problems['orphan-inode-pending'], { inode: ino }, { action });
    if (keeps) return true;
    pending.deleted.push(ino);
    const type = inode.i_mode(view, 0) & fileType.MASK;
    if (type === fileType.DIRECTORY) pending.directories.push(ino);
    const xattrs = xattrBlockOf(geometry, view, 0);
    if (xattrs !== 0 && volume.inRange(xattrs)) this.own(xattrs, 1);
    const mapped = type === fileType.REGULAR || type === fileType.DIRECTORY || type === fileType.SYMLINK;
    const inside = (inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0 || isFastSymlink(view, 0);
    if (mapped && !inside && this.budget > 0)
      await walkMapping(volume, view, 0, {
        run: (_logical, physical, count) => {
          this.own(physical, count);
          return this.budget > 0;
        },
        node: (block) => this.own(block, 1),
      });
    return true;
  }

  private own(block: number, count: number): void {
    const { geometry } = this.volume;
    const { clusterRatio, blocksCount } = geometry;
    this.budget -= count;
    this.pending.clusters ??= makeBits(Math.ceil(blocksCount / clusterRatio));
    const first = Math.floor(block / clusterRatio);
    this.pending.clusters.setRange(first, Math.floor((block + count - 1) / clusterRatio) - first + 1);
  }

  /** The list that starts in the superblock. */
  async chain(): Promise<void> {
    let after = 0;
    for (let ino = this.volume.geometry.sb.s_last_orphan; ino !== 0; ) {
      const view = await this.listed(ino);
      const again = typeof view !== 'string' && !(await this.take(ino, view));
      if (typeof view === 'string' || again) {
        const reason = typeof view === 'string' ? view : 'the list runs in a circle';
        this.report(problems['orphan-list-broken'], { inode: ino }, { stored: ino, after, reason });
        return;
      }
      after = ino;
      ino = inode.i_dtime(view, 0);
    }
  }

  /** The inodes in the orphan file. */
  async file(): Promise<void> {
    for await (const ino of listedInodes(this.volume, this.groups)) {
      const view = await this.listed(ino);
      if (typeof view !== 'string') await this.take(ino, view);
    }
  }
}

/**
 * Collects the inodes that a mount deletes or truncates. After a replay (`replayed`) the consequences of the list are
 * as certain as after a mount; otherwise the inodes are only not damage.
 */
export async function findPending(
  volume: Volume,
  groups: Groups,
  replayed: boolean,
  report: ReportFinding,
): Promise<Pending> {
  const { sb, features } = volume.geometry;
  const scan = new PendingScan(volume, groups, report);
  if (sb.s_last_orphan !== 0) await scan.chain();
  if (features.orphan_file && features.orphan_present) await scan.file();
  // a file system with recorded errors keeps its list, because it cannot be trusted
  scan.pending.settled = replayed && (sb.s_state & fsState.ERROR) === 0;
  return scan.pending;
}

/** `report`, except that consequences of the list are reported as such, or not at all once they are certain. */
export function knowing(pending: Pending, report: ReportFinding): ReportFinding {
  if (!pending.any) return report;
  return (problem, where, data, code = problem.e2fsck[0]) => {
    if (where.inode === undefined || !consequences.has(problem.id) || !pending.has(where.inode))
      report(problem, where, data, code);
    else if (!pending.settled) report(problems['orphan-inode-unfinished'], where, { instead: problem.id }, code);
  };
}

/** What a mount makes of the orphan file — fs/ext4/orphan.c, `ext4_init_orphan_info` and `ext4_mark_recovery_complete`. */
import type { Bits } from '../../bytes/bits';
import { inode, inodeFlags } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { inodeSeed } from '../../volume/inode-checksum';
import { inodeSizeOf } from '../../volume/inode-fields';
import type { Volume } from '../../volume/volume';
import { blocksOf, entriesOf, mappingOf, orphanInode, refusedFrame } from './orphan-blocks';
import type { Pending } from './pending';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'orphan-file-refused': { severity: 'fatal', e2fsck: [] },
  'orphan-file-not-emptied': { severity: 'error', e2fsck: [] },
});

/**
 * Reports an orphan file, which is not valid and empty, if the kernel refuses it: at every mount if a block is missing or invalid, and at a read-only one if
 * an entry remains because its inode is free, reserved or impossible.
 */
export async function checkOrphanMount(
  volume: Volume,
  groups: Groups,
  inodes: Bits,
  pending: Pending,
  report: ReportFinding,
): Promise<void> {
  const { geometry } = volume;
  const { features, sb } = geometry;
  const ino = sb.s_orphan_file_inum;
  const view = await orphanInode(volume, groups, ino);
  if (typeof view === 'string' || (inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return;
  const { runs, rootless } = await mappingOf(volume, view);
  const wanted = Math.floor(inodeSizeOf(view, 0) / geometry.blockSize);
  if (rootless) return;
  const refuse = (logical: number, reason: string, block?: number) =>
    report(problems['orphan-file-refused'], { inode: ino, ...(block !== undefined && { block }) }, { logical, reason });
  const seed = inodeSeed(geometry, ino, inode.i_generation(view, 0));
  const remains = (listed: number): boolean =>
    listed < geometry.firstIno || listed > geometry.inodesCount || !inodes.test(listed - 1);
  const recovers = features.orphan_present || pending.settled;
  let left = 0;
  let next = 0;
  for await (const { logical, place, view: block } of blocksOf(volume, runs)) {
    if (logical >= wanted) break;
    if (logical > next) break;
    next = logical + 1;
    if (block === null) return refuse(logical, 'cannot be read', place);
    const fault = refusedFrame(volume, block, seed, place);
    if (fault !== null) return refuse(logical, fault, place);
    if (recovers && left === 0) for (const listed of entriesOf(block)) if (remains(listed)) left ||= listed;
  }
  if (next < wanted) return refuse(next, 'is missing');
  if (left !== 0) report(problems['orphan-file-not-emptied'], { inode: ino }, { listed: left });
}

/**
 * Checks the orphan file, where the kernel lists inodes to be deleted or truncated after a crash. It must be empty
 * after a clean unmount.
 */
import { inode, inodeFlags, reservedInode } from '../../layout/inode';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { inodeSeed } from '../../volume/inode-checksum';
import { inodeSizeOf } from '../../volume/inode-fields';
import type { Volume } from '../../volume/volume';
import { blocksOf, dirt, entriesOf, frameFault, mappingOf, orphanInode } from './orphan-blocks';
import { Pending } from './pending';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'orphan-file-without-journal': { severity: 'warning', e2fsck: [0x060007] },
  'orphan-file-missing': { severity: 'fatal', e2fsck: [] },
  'orphan-file-size': { severity: 'warning', e2fsck: [0x06000f] },
  'orphan-file-hole': { severity: 'warning', e2fsck: [0x060010] },
  'orphan-file-dirty': { severity: 'warning', e2fsck: [0x06000c] },
  'orphan-file-in-use': { severity: 'info', e2fsck: [0x06000c] },
  'orphan-file-corrupted': { severity: 'warning', e2fsck: [0x060009] },
  'orphan-present-clean-file': { severity: 'info', e2fsck: [0x06000d] },
  'orphan-present-without-file': { severity: 'warning', e2fsck: [0x06000e] },
});

type State = 'clean' | 'in use' | 'corrupted';

/** Whether every entry of the block is an inode that the next mount deletes or truncates. */
function listsPending(view: DataView, pending: Pending): boolean {
  for (const ino of entriesOf(view)) if (!pending.has(ino)) return false;
  return true;
}

/** Walks the file's blocks up to the first invalid one. */
async function checkBlocks(
  volume: Volume,
  ino: number,
  view: DataView,
  pending: Pending,
  report: ReportFinding,
): Promise<State> {
  if ((inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return 'corrupted';
  const { geometry } = volume;
  const { runs, end, broken, rootless } = await mappingOf(volume, view);
  if (rootless) return 'clean';
  const seed = inodeSeed(geometry, ino, inode.i_generation(view, 0));
  let inUse = false;
  for await (const { logical, place, view: block } of blocksOf(volume, runs)) {
    const reason = block === null ? 'cannot be read' : dirt(volume, block, seed, place);
    if (reason === null) continue;
    const where = { inode: ino, block: place };
    if (block !== null && frameFault(volume, block, seed, place) === null && listsPending(block, pending)) {
      // e2fsck 1.47.2 and newer empty the file when they replay the journal
      const code = { code: 0x06000c, until: pending.settled ? '1.47.1' : undefined };
      if (!inUse) report(problems['orphan-file-in-use'], where, { logical, reason }, [code]);
      inUse = true;
      continue;
    }
    report(problems['orphan-file-dirty'], where, { logical, reason });
    return 'corrupted';
  }
  if (inUse) return 'in use';
  if (broken) return 'corrupted';
  const expected = inodeSizeOf(view, 0) / geometry.blockSize;
  if (end === expected) return 'clean';
  report(problems['orphan-file-hole'], { inode: ino }, { logical: end, expected });
  return 'corrupted';
}

/** Why only Linux does not read inode `ino` as the orphan file; the inode pass judges its fields. */
function refusal(ino: number, view: DataView): string | null {
  if (ino === reservedInode.BAD_BLOCKS) return `s_orphan_file_inum is ${ino}, the list of bad blocks`;
  return inode.i_links_count(view, 0) === 0 ? `i_links_count of inode ${ino} is 0` : null;
}

/** Checks the orphan file and the features for it; returns whether every block of it is valid and empty. */
export async function checkOrphanFile(
  volume: Volume,
  groups: Groups,
  report: ReportFinding,
  pending: Pending = new Pending(),
): Promise<boolean> {
  const { sb, features, blockSize } = volume.geometry;
  if (!features.orphan_file) {
    if (features.orphan_present) report(problems['orphan-present-without-file'], {}, {});
    return true;
  }
  const ino = sb.s_orphan_file_inum;
  if (!features.has_journal) report(problems['orphan-file-without-journal'], { inode: ino }, {});
  const view = await orphanInode(volume, groups, ino);
  if (typeof view === 'string') {
    report(problems['orphan-file-missing'], {}, { reason: view });
    return false;
  }
  // e2fsck reads any inode
  const reason = refusal(ino, view);
  if (reason !== null) report(problems['orphan-file-missing'], { inode: ino }, { reason });
  const size = inodeSizeOf(view, 0);
  let state: State = 'corrupted';
  if (size % blockSize !== 0) report(problems['orphan-file-size'], { inode: ino }, { stored: size, blockSize });
  else state = await checkBlocks(volume, ino, view, pending, report);
  if (state === 'corrupted') report(problems['orphan-file-corrupted'], { inode: ino }, {});
  else if (state === 'clean' && features.orphan_present)
    report(problems['orphan-present-clean-file'], { inode: ino }, {});
  return state === 'clean';
}

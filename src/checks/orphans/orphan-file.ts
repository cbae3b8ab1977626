/** The orphan file: where the kernel lists inodes to be deleted or cut off after a crash. Clean means empty. */
import { inode, inodeFlags } from '../../layout/inode';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { inodeSeed } from '../../volume/inode-checksum';
import { inodeSizeOf } from '../../volume/inode-fields';
import type { Volume } from '../../volume/volume';
import { blocksOf, dirt, entriesOf, frameFault, mappingOf, orphanInode } from './orphan-blocks';
import { Pending } from './pending';

export const problems = define({
  'orphan-file-without-journal': {
    severity: 'warning',
    e2fsck: [0x060007],
    title: 'Orphan file without a journal',
    explain:
      'The orphan file lists inodes that are to be deleted after a crash, which only works together with a journal. has_journal was switched off and orphan_file left on, or a feature word was damaged. Files read right; e2fsck removes the orphan file.',
    say: (_: object) => 'orphan_file is set, has_journal is not',
  },
  'orphan-file-missing': {
    severity: 'fatal',
    e2fsck: [],
    title: 'Orphan file cannot be read',
    explain:
      'With the feature orphan_file the superblock names the inode of the orphan file, and that inode cannot be used. The kernel refuses to mount, and e2fsck gives up when it gets there. Restore the superblock field, or switch the feature off with tune2fs.',
    say: (d: { reason: string }) => d.reason,
  },
  'orphan-file-size': {
    severity: 'warning',
    e2fsck: [0x06000f],
    title: 'Size of the orphan file is not whole blocks',
    explain:
      'The orphan file is made of whole blocks and never changes its size. Its inode was overwritten. The kernel may refuse to mount; e2fsck makes the file anew.',
    say: (d: { stored: number; blockSize: number }) =>
      `its size is ${d.stored}, should be a multiple of ${d.blockSize}`,
  },
  'orphan-file-hole': {
    severity: 'warning',
    e2fsck: [0x060010],
    title: 'Orphan file has a hole',
    explain:
      'The orphan file has exactly as many blocks as its size says, and none may be missing. Its mapping was damaged. The kernel may refuse to mount; e2fsck makes the file anew.',
    say: (d: { logical: number; expected: number }) => `its blocks end at ${d.logical}, should be ${d.expected} blocks`,
  },
  'orphan-file-dirty': {
    severity: 'warning',
    e2fsck: [0x06000c],
    title: 'Orphan file is not empty',
    explain:
      'After a clean unmount all blocks of the orphan file are empty. After a crash they list inodes that are still to be deleted or cut off, which the next mount does; such files have no name any more. If the block is no orphan block at all, it was overwritten, and the kernel refuses to mount.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-in-use': {
    severity: 'info',
    e2fsck: [0x06000c, 0x060009],
    title: 'Orphan file lists inodes for the next mount',
    explain:
      'After a crash, or in a copy of a mounted file system, the orphan file lists inodes that are still to be deleted or cut off, and the next mount does that. Its block and all inodes in it are in order. Only space is taken until then; e2fsck empties the file.',
    say: (d: { logical: number; reason: string }) => `block ${d.logical} of the file ${d.reason}`,
  },
  'orphan-file-corrupted': {
    severity: 'warning',
    e2fsck: [0x060009],
    title: 'Orphan file must be made anew',
    explain:
      'The orphan file cannot stay as it is: it is not empty, has the wrong size, or its blocks cannot all be found. e2fsck replaces it with an empty one. No file with a name is affected.',
    say: (_: object) => 'the orphan file has to be replaced',
  },
  'orphan-present-clean-file': {
    severity: 'info',
    e2fsck: [0x06000d],
    title: 'Orphans are announced, but there are none',
    explain:
      'orphan_present is set while the file system is mounted, so that a crash is followed by a look into the orphan file. The file is empty, so the flag only says that the file system was not unmounted. Nothing is lost by it.',
    say: (_: object) => 'orphan_present is set, the orphan file is empty',
  },
  'orphan-present-without-file': {
    severity: 'warning',
    e2fsck: [0x06000e],
    title: 'Orphans are announced, but there is no orphan file',
    explain:
      'orphan_present says that the orphan file lists inodes to be deleted, but the feature orphan_file is off. A tool removed the file halfway, or a feature word was damaged. Some space may stay taken by files without a name.',
    say: (_: object) => 'orphan_present is set, orphan_file is not',
  },
});

type State = 'clean' | 'in use' | 'corrupted';

/** Whether every entry of the block is an inode that the next mount takes care of. */
function listsPending(view: DataView, pending: Pending): boolean {
  for (const ino of entriesOf(view)) if (!pending.has(ino)) return false;
  return true;
}

/** Walks the file's blocks up to the first that is not right. */
async function checkBlocks(
  volume: Volume,
  ino: number,
  view: DataView,
  pending: Pending,
  report: Report,
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
      if (!inUse)
        for (const code of problems['orphan-file-in-use'].e2fsck)
          report(problems['orphan-file-in-use'], where, { logical, reason }, code);
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

/** Checks the orphan file and what the features say about it. */
export async function checkOrphanFile(
  volume: Volume,
  groups: Groups,
  report: Report,
  pending: Pending = new Pending(),
): Promise<void> {
  const { sb, features, blockSize } = volume.geometry;
  if (!features.orphan_file) {
    if (features.orphan_present) report(problems['orphan-present-without-file'], {}, {});
    return;
  }
  const ino = sb.s_orphan_file_inum;
  if (!features.has_journal) report(problems['orphan-file-without-journal'], { inode: ino }, {});
  const view = await orphanInode(volume, groups, ino);
  if (typeof view === 'string') {
    report(problems['orphan-file-missing'], {}, { reason: view });
    return;
  }
  const size = inodeSizeOf(view, 0);
  let state: State = 'corrupted';
  if (size % blockSize !== 0) report(problems['orphan-file-size'], { inode: ino }, { stored: size, blockSize });
  else state = await checkBlocks(volume, ino, view, pending, report);
  if (state === 'corrupted') report(problems['orphan-file-corrupted'], { inode: ino }, {});
  else if (state === 'clean' && features.orphan_present)
    report(problems['orphan-present-clean-file'], { inode: ino }, {});
}

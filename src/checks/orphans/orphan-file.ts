/** The orphan file: where the kernel lists inodes to be deleted or cut off after a crash. Clean means empty. */
import { isAllZero } from '../../bytes/bitmap';
import { crc32c } from '../../bytes/crc32c';
import { inode, inodeFlags } from '../../layout/inode';
import { orphanMagic, orphanTail, orphanTailSize } from '../../layout/orphan';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Groups } from '../../volume/groups';
import { readInode } from '../../volume/inode-at';
import { inodeChecksumGood, inodeSeed } from '../../volume/inode-checksum';
import { inodeSizeOf } from '../../volume/inode-fields';
import { walkMapping } from '../../volume/mapping';
import { bytesOf, type Volume } from '../../volume/volume';

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
  'orphan-file-corrupted': {
    severity: 'warning',
    e2fsck: [0x060009],
    title: 'Orphan file must be made anew',
    explain:
      'The orphan file cannot stay as it is: it is not empty, has the wrong size, or its blocks cannot all be found. e2fsck replaces it with an empty one. No file with a name is affected.',
    say: (_: object) => 'the orphan file has to be replaced',
  },
  'orphan-present-clean-file': {
    severity: 'warning',
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

type State = 'clean' | 'corrupted';

const blockNumber = new Uint8Array(8);
const blockNumberView = new DataView(blockNumber.buffer);

/** Why the block is not an empty orphan block; null when it is. `seed` is the inode's, `block` where it lies. */
function dirt(volume: Volume, view: DataView, seed: number, block: number): string | null {
  const bytes = bytesOf(view);
  const tail = bytes.length - orphanTailSize;
  const magic = orphanTail.ob_magic(view, tail);
  if (magic !== orphanMagic) return `carries 0x${magic.toString(16)}, should carry 0x${orphanMagic.toString(16)}`;
  if (!isAllZero(bytes, 0, tail)) {
    let entries = 0;
    for (let at = 0; at < tail; at += 4) if (view.getUint32(at, true) !== 0) entries++;
    return `lists ${entries} inodes, should list none`;
  }
  let expected = 0;
  if (volume.geometry.features.metadata_csum) {
    blockNumberView.setUint32(0, block, true);
    blockNumberView.setUint32(4, Math.floor(block / 2 ** 32), true);
    expected = crc32c(crc32c(seed, blockNumber), bytes, 0, tail);
  }
  const stored = orphanTail.ob_checksum(view, tail);
  return stored === expected ? null : `has checksum ${stored}, should have ${expected}`;
}

interface Run {
  logical: number;
  physical: number;
  count: number;
}

interface Mapping {
  runs: Run[];
  /** The file's block behind the last run. */
  end: number;
  /** A block of the mapping cannot be used, so what lies behind it is unknown. */
  broken: boolean;
  /** The root of the extents makes no sense; e2fsck then looks at no block and finds nothing wrong. */
  rootless: boolean;
}

async function mappingOf(volume: Volume, view: DataView): Promise<Mapping> {
  const extents = (inode.i_flags(view, 0) & inodeFlags.EXTENTS) !== 0;
  const mapping: Mapping = { runs: [], end: 0, broken: false, rootless: false };
  // without a root there are no extents, which is a hole; with a bad one nothing is known
  const noRoot = isAllZero(inode.i_block(view, 0));
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      // a hole ends a block map, as e2fsck sees it, but goes unnoticed between extents
      if (mapping.broken || (logical > mapping.end && !extents)) return false;
      mapping.runs.push({ logical, physical, count });
      mapping.end = logical + count;
      return true;
    },
    defect(kind, block, logical) {
      if (kind === 'bad-header' && block === 0) mapping.rootless = !noRoot;
      else mapping.broken = true;
      // a place outside the file system is one that cannot be read
      if (logical >= 0) mapping.runs.push({ logical, physical: block, count: 1 });
    },
  });
  return mapping;
}

/** Blocks that are read ahead. */
const stride = 64;

/** Walks the file's blocks up to the first that is not right. */
async function checkBlocks(volume: Volume, ino: number, view: DataView, report: Report): Promise<State> {
  if ((inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) return 'corrupted';
  const { geometry } = volume;
  const { runs, end, broken, rootless } = await mappingOf(volume, view);
  if (rootless) return 'clean';
  const seed = inodeSeed(geometry, ino, inode.i_generation(view, 0));
  for (const { logical, physical, count } of runs) {
    for (let i = 0; i < count; i++) {
      const place = physical + i;
      if (i % stride === 0)
        await volume.prefetch(Array.from({ length: Math.min(stride, count - i) }, (_, k) => place + k));
      const block = await volume.block(place);
      const reason = block === null ? 'cannot be read' : dirt(volume, block, seed, place);
      if (reason === null) continue;
      report(problems['orphan-file-dirty'], { inode: ino, block: place }, { logical: logical + i, reason });
      return 'corrupted';
    }
  }
  if (broken) return 'corrupted';
  const expected = inodeSizeOf(view, 0) / geometry.blockSize;
  if (end === expected) return 'clean';
  report(problems['orphan-file-hole'], { inode: ino }, { logical: end, expected });
  return 'corrupted';
}

/** The orphan file's inode, or why it cannot be had. */
async function orphanInode(volume: Volume, groups: Groups, ino: number): Promise<DataView | string> {
  const { geometry } = volume;
  if (ino < 1 || ino > geometry.inodesCount)
    return `s_orphan_file_inum is ${ino}, should be from 1 to ${geometry.inodesCount}`;
  const view = await readInode(volume, groups, ino);
  if (view === null) return `inode ${ino} cannot be read`;
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, ino))
    return `the checksum of inode ${ino} is wrong`;
  return view;
}

/** Checks the orphan file and what the features say about it. */
export async function checkOrphanFile(volume: Volume, groups: Groups, report: Report): Promise<void> {
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
  else state = await checkBlocks(volume, ino, view, report);
  if (state === 'corrupted') report(problems['orphan-file-corrupted'], { inode: ino }, {});
  else if (features.orphan_present) report(problems['orphan-present-clean-file'], { inode: ino }, {});
}

/** Finds the journal inside the file system: its inode, or the copy of it in the superblock. */
import { fileType, iBlockSize, inode, inodeFlags } from '../layout/inode';
import { minJournalBlocks } from '../layout/journal';
import type { SuperblockRecord } from '../volume/geometry';
import type { Groups } from '../volume/groups';
import { readInode } from '../volume/inode-at';
import { inodeChecksumGood } from '../volume/inode-checksum';
import { inodeSizeOf, modeText } from '../volume/inode-fields';
import { walkMapping } from '../volume/mapping';
import type { Volume } from '../volume/volume';

/** The journal's blocks from `logical` are the `count` blocks from `physical`. */
export interface JournalRun {
  logical: number;
  physical: number;
  count: number;
}

export interface JournalFile {
  /** Number of blocks by its size. */
  length: number;
  /** Its physical blocks, by logical block. */
  runs: JournalRun[];
  /** The first logical block that is not mapped, or -1. */
  hole: number;
  /** Why the inode itself is unusable, when this is the superblock's copy of it; else null. */
  replaces: string | null;
}

/** Whether the superblock holds the UUID of a journal on another device. */
export const hasJournalUuid = ({ s_journal_uuid }: SuperblockRecord): boolean =>
  s_journal_uuid.some((byte) => byte !== 0);

/**
 * Whether the journal is on another device. The kernel looks at the inode, and only e2fsck at the UUID, which a journal
 * inside may have too.
 */
export const isJournalExternal = (sb: SuperblockRecord): boolean => sb.s_journal_inum === 0 && hasJournalUuid(sb);

/** The value of `s_jnl_backup_type` for which `s_jnl_blocks` holds the journal's i_block, i_size_high and i_size_lo. */
const backupOfBlocks = 1;

/** The journal in the inode in `view`, or what is wrong with it. */
async function examine(volume: Volume, view: DataView): Promise<JournalFile | string> {
  const { blockSize } = volume.geometry;
  const mode = inode.i_mode(view, 0);
  const flags = inode.i_flags(view, 0);
  if (inode.i_links_count(view, 0) === 0) return 'i_links_count is 0';
  if ((mode & fileType.MASK) !== fileType.REGULAR) return `i_mode is ${modeText(mode)}, not that of a regular file`;
  if ((flags & inodeFlags.ENCRYPT) !== 0) return 'it is marked as encrypted';
  if ((flags & inodeFlags.INLINE_DATA) !== 0) return 'it is marked as holding its data inside the inode';
  const size = inodeSizeOf(view, 0);
  const length = Math.floor(size / blockSize);
  if (length < minJournalBlocks) return `it has ${length} blocks, should have at least ${minJournalBlocks}`;
  const file: JournalFile = { length, runs: [], hole: -1, replaces: null };
  const extents = (flags & inodeFlags.EXTENTS) !== 0;
  let end = 0;
  let broken = false;
  await walkMapping(volume, view, 0, {
    run(logical, physical, count) {
      if (broken) return false;
      if (logical > end) {
        // for e2fsck a hole ends a block map, but it does not notice one between extents
        if (!extents) return false;
        if (file.hole < 0) file.hole = end;
      }
      file.runs.push({ logical, physical, count });
      end = Math.max(end, logical + count);
      return end < length;
    },
    defect() {
      broken = true;
    },
  });
  // only the low half of the size is compared with the mapping; the kernel takes the length from the journal itself
  const needed = size | 0;
  return end * blockSize < needed ? `only ${end} of its ${Math.ceil(needed / blockSize)} blocks can be found` : file;
}

/** The superblock's copy of the journal inode, as an inode. e2fsck always reads it as a block map. */
function inodeFromSuperblock(volume: Volume): DataView {
  const { sb, inodeSize } = volume.geometry;
  const bytes = new Uint8Array(inodeSize);
  const view = new DataView(bytes.buffer);
  const words = sb.s_jnl_blocks;
  bytes.set(words.subarray(0, iBlockSize), inode.i_block.offset);
  bytes.set(words.subarray(iBlockSize, iBlockSize + 4), inode.i_size_high.offset);
  bytes.set(words.subarray(iBlockSize + 4, iBlockSize + 8), inode.i_size_lo.offset);
  view.setUint16(inode.i_links_count.offset, 1, true);
  view.setUint16(inode.i_mode.offset, fileType.REGULAR, true);
  return view;
}

async function examineInode(volume: Volume, groups: Groups, ino: number): Promise<JournalFile | string> {
  const { geometry } = volume;
  const view = await readInode(volume, groups, ino);
  if (view === null) return 'it cannot be read';
  if (geometry.features.metadata_csum && !inodeChecksumGood(geometry, view, 0, ino)) return 'its checksum is wrong';
  return examine(volume, view);
}

/**
 * The journal of inode `s_journal_inum`, or of the copy in the superblock; a text with the reason when there is none.
 */
export async function findJournal(volume: Volume, groups: Groups): Promise<JournalFile | string> {
  const { sb, inodesPerGroup, groupCount } = volume.geometry;
  const ino = sb.s_journal_inum;
  const inodesCount = inodesPerGroup * groupCount;
  if (ino < 1 || ino > inodesCount) return `s_journal_inum is ${ino}, should be from 1 to ${inodesCount}`;
  const file = await examineInode(volume, groups, ino);
  if (typeof file !== 'string' || sb.s_jnl_backup_type !== backupOfBlocks) return file;
  const copy = await examine(volume, inodeFromSuperblock(volume));
  return typeof copy === 'string' ? file : { ...copy, replaces: file };
}

/** Distinguishes a metadata-only image, as `e2image -r` makes it, from one whose writes were lost. */

import { isAllZero } from '../bytes/bitmap';
import { inodeState } from '../facts/inodes';
import type { ScanFacts } from '../facts/scan';
import { inode, inodeFlags } from '../layout/inode';
import type { Collector } from '../problem/collector';
import { readInode } from '../volume/inode-at';
import { walkMapping } from '../volume/mapping';
import type { Opening } from '../volume/open';
import { bytesOf } from '../volume/volume';

/** Maximum number of files whose first block is read, and of inodes that are examined for that. */
const maxFiles = 64;
const maxInodes = 4096;

/** Whether e2image may have omitted the copies of the superblock. Writers that never write them set no UUID. */
const copiesLeftOut = ({ volume }: Opening, collector: Collector): boolean =>
  collector.counts.has('superblock-backups-absent') && !isAllZero(volume.geometry.sb.s_uuid);

/** How many of the first files have a data block, and whether all of these blocks contain only zeros. */
async function firstBlocks({ volume, groups }: Opening, facts: ScanFacts): Promise<{ files: number; zero: boolean }> {
  const { state, count } = facts.inodes;
  let files = 0;
  for (let ino = volume.geometry.firstIno, asked = 0; ino <= count && files < maxFiles && asked < maxInodes; ino++) {
    if ((state[ino]! & (inodeState.USED | inodeState.TYPE)) !== (inodeState.USED | 1)) continue;
    asked++;
    const view = await readInode(volume, groups, ino);
    if (view === null || (inode.i_flags(view, 0) & inodeFlags.INLINE_DATA) !== 0) continue;
    if (ino === volume.geometry.sb.s_orphan_file_inum || ino === volume.geometry.sb.s_prj_quota_inum) continue;
    let first = 0;
    await walkMapping(volume, view, 0, {
      run(_logical, physical, length, unwritten) {
        if (!unwritten && length > 0) first = physical;
        return first === 0;
      },
    });
    const block = first === 0 ? null : await volume.block(first);
    if (block === null) continue;
    files++;
    if (!isAllZero(bytesOf(block))) return { files, zero: false };
  }
  return { files, zero: true };
}

/**
 * Whether the image has only metadata: everything except the copies of the superblock exists, and no file has data.
 * Returns the number of examined files; 0 if the image is an ordinary one or this cannot be determined.
 */
export async function metadataOnly(opening: Opening, facts: ScanFacts, collector: Collector): Promise<number> {
  if (facts.zeroBlocks > 0 || !copiesLeftOut(opening, collector)) return 0;
  const { files, zero } = await firstBlocks(opening, facts);
  return zero ? files : 0;
}

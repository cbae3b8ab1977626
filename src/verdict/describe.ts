/** Describes the file system by its superblock. */

import { join32 } from '../bytes/field';
import { printableField } from '../bytes/names';
import { uuidText } from '../bytes/uuid';
import { featureNames } from '../layout/features';
import { creatorOs, fsState } from '../layout/superblock';
import type { FileSystemFacts } from '../problem/report';
import { extType } from '../volume/ext-type';
import type { Geometry } from '../volume/geometry';

/** Seconds since 1970 with their high byte, as ISO 8601; null for "never". */
function timeText(low: number, high: number): string | null {
  return low === 0 && high === 0 ? null : new Date((high * 2 ** 32 + low) * 1000).toISOString().replace('.000', '');
}

/** `needsRecovery`: the image is marked for a journal replay, even if `geometry` is of the state after it. */
export function describe(geometry: Geometry, superBlock: number, needsRecovery: boolean): FileSystemFacts {
  const { sb, features } = geometry;
  return {
    type: extType(geometry),
    label: printableField(sb.s_volume_name),
    uuid: uuidText(sb.s_uuid),
    revision: sb.s_rev_level,
    creatorOs: creatorOs[sb.s_creator_os] ?? `unknown (${sb.s_creator_os})`,
    features: featureNames(sb.s_feature_compat, sb.s_feature_incompat, sb.s_feature_ro_compat),
    blockSize: geometry.blockSize,
    blocks: geometry.blocksCount,
    freeBlocks: join32(sb.s_free_blocks_count_lo, features['64bit'] ? sb.s_free_blocks_count_hi : 0),
    inodes: geometry.inodesCount,
    freeInodes: sb.s_free_inodes_count,
    inodeSize: geometry.inodeSize,
    groups: geometry.groupCount,
    // a mount leaves the flag set where there is a journal
    unmountedCleanly: (sb.s_state & fsState.VALID) !== 0 && !needsRecovery,
    errorsRecorded: (sb.s_state & fsState.ERROR) !== 0,
    journalNeedsRecovery: needsRecovery,
    lastMountedOn: printableField(sb.s_last_mounted),
    created: timeText(sb.s_mkfs_time, sb.s_mkfs_time_hi),
    lastMounted: timeText(sb.s_mtime, sb.s_mtime_hi),
    lastWritten: timeText(sb.s_wtime, sb.s_wtime_hi),
    lastChecked: timeText(sb.s_lastcheck, sb.s_lastcheck_hi),
    superblockAt: superBlock,
  };
}

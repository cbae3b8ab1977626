/** Which features Ext4Dxe, the UEFI driver of edk2-platforms, supports, by month. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { atLeastVersion } from '../../problem/e2fsck-version';
import type { Geometry } from '../../volume/geometry';
import { type FeatureTable, featureVersions } from './reader';

/**
 * The driver refuses unknown incompatible features, and ignores the others because it only reads:
 * `Features/Ext4Pkg/Ext4Dxe/Superblock.c` of edk2-platforms, from August 2021 to April 2026. That repository has no
 * releases, so a version is the month, written as that of the release of edk2 it is built with: edk2-stable202305.
 */
export const edk2: FeatureTable = {
  name: 'Ext4Dxe of edk2',
  oldest: '202108',
  since: featureVersions({
    '202108': 'filetype extent 64bit mmp flex_bg dirdata large_dir',
    '202111': 'needs_recovery',
    '202305': 'metadata_csum_seed',
    none: 'compression journal_dev meta_bg ea_inode inline_data encrypt casefold',
  }),
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'refuses' : undefined),
  layoutFaults,
};

/**
 * `Superblock.c` accepts groups of eight times the block size only, which excludes bigalloc, and divides the blocks by
 * those of a group without rounding up. Until April 2022 it required extents.
 */
function layoutFaults({ sb, blockSize, blocksCount, blocksPerGroup }: Geometry, version: string): string[] {
  const faults: string[] = [];
  const usual = 8 * blockSize;
  if (blocksPerGroup !== usual)
    faults.push(`its groups have ${blocksPerGroup} blocks, and the driver opens only groups of ${usual}`);
  else if (blocksCount < usual)
    faults.push(`it has ${blocksCount} blocks, and the driver opens only file systems with a whole group of ${usual}`);
  const extents = sb.s_rev_level > 0 && (sb.s_feature_incompat & incompat.extent) !== 0;
  if (!extents && !atLeastVersion(version, '202205'))
    faults.push('it has no extents, which the driver needs until 202205');
  return faults;
}

/** Which features U-Boot's ext4 driver supports, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { atLeastVersion } from '../../problem/e2fsck-version';
import { type FeatureTable, featureVersions } from './reader';

/**
 * U-Boot refuses no feature on reading: it misreads unknown ones, since 2025.01 with a message on the console. The list is
 * that of `include/ext4fs.h` of v2025.01, which v2026.07-rc5 still has; `fs/ext4/ext4_common.c` of v2012.10, the first version,
 * and later ones read the same, except for 64bit. Only v2016.09 refuses something, 64bit; v2016.11 reads it.
 */
export const uBoot: FeatureTable = {
  name: 'U-Boot',
  oldest: '2012.10',
  inUse: '2013.01',
  since: featureVersions({
    '2012.10': 'filetype needs_recovery extent flex_bg mmp encrypt metadata_csum_seed',
    '2016.11': '64bit',
    none: 'compression journal_dev meta_bg ea_inode dirdata large_dir inline_data casefold',
  }),
  refusal(feature, version) {
    if (feature === '64bit' && refuses64bit(version)) return 'refuses';
    return feature in incompat || /^FEATURE_I\d/.test(feature) ? 'misreads' : undefined;
  },
  console(features, version) {
    if (features.includes('64bit') && refuses64bit(version))
      return 'Unsupported feature found (64bit, possibly metadata_csum), not mounting';
    if (version === null || !atLeastVersion(version, '2025.01')) return undefined;
    const bits = features.reduce((all, feature) => all + bitOf(feature), 0);
    return `fs uses incompatible features: ${bits.toString(16).padStart(8, '0')}, ignoring`;
  },
};

const refuses64bit = (version: string | null): boolean =>
  version !== null && atLeastVersion(version, '2016.09') && !atLeastVersion(version, '2016.11');

/** The bit of an incompatible feature, also of one without a name. */
function bitOf(feature: string): number {
  const unnamed = /^FEATURE_I(\d+)$/.exec(feature)?.[1];
  return unnamed === undefined ? ((incompat as Record<string, number>)[feature] ?? 0) : 2 ** Number(unnamed);
}

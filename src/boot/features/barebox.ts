/** Which features barebox's ext4 driver can read, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { type FeatureTable, featureVersions } from './reader';

/**
 * The driver checks no feature word, and reads wrong bytes where it does not know a structure: `fs/ext4` of barebox, from
 * v2013.01.0, its first version, to v2026.06.1. It reads the descriptors of one table only (no meta_bg), takes inline data
 * for block numbers, and knows the size of 64bit descriptors since v2017.05.0. It scans directories from their first block
 * and compares names byte by byte, so that large_dir and casefold do not matter, and looks at no attribute (ea_inode).
 */
export const barebox: FeatureTable = {
  name: 'barebox',
  oldest: '2013.01',
  inUse: '2018.09',
  since: featureVersions({
    '2013.01': 'filetype needs_recovery extent flex_bg mmp ea_inode metadata_csum_seed large_dir encrypt casefold',
    '2017.05': '64bit',
    none: 'compression journal_dev meta_bg dirdata inline_data',
  }),
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'misreads' : undefined),
};

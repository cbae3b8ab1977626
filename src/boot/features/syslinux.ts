/** Which features EXTLINUX, of Syslinux, can read, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { type FeatureTable, featureVersions } from './reader';

/**
 * The driver checks no feature word: `core/fs/ext2` of Syslinux, from 4.00, the first version that reads extents, to the
 * newest commit of 2018. It reads the descriptors of one table only (no meta_bg) and takes inline data for block numbers.
 * It steps through 64bit descriptors by their stored size since a commit of October 2017, after 6.04-pre1; 6.04 stands for
 * the versions with it. It compares names byte by byte and scans whole directories, so that casefold and large_dir do not
 * matter.
 */
export const syslinux: FeatureTable = {
  name: 'Syslinux',
  oldest: '4.00',
  inUse: '6.03',
  since: featureVersions({
    '4.00': 'filetype needs_recovery extent flex_bg mmp ea_inode metadata_csum_seed large_dir encrypt casefold',
    '6.04': '64bit',
    none: 'compression journal_dev meta_bg dirdata inline_data',
  }),
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'misreads' : undefined),
};

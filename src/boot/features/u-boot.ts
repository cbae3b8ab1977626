/** Which features U-Boot's ext4 driver supports, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { type FeatureTable, featureVersions } from './reader';

/** U-Boot refuses no feature on reading: it misreads unknown ones, since 2025.01 with a message on the console. */
export const uBoot: FeatureTable = {
  name: 'U-Boot',
  oldest: '2013.01',
  since: featureVersions({
    '2013.01': 'filetype needs_recovery extent flex_bg mmp encrypt metadata_csum_seed',
    '2017.01': '64bit',
    none: 'compression journal_dev meta_bg ea_inode dirdata large_dir inline_data casefold',
  }),
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'misreads' : undefined),
};

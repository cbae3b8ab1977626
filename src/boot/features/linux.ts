/** Which features Linux's ext4 driver supports, by version: ext4(5) of e2fsprogs. Sources are in docs/features.md. */
import { incompat, roCompat } from '../../layout/features';
import { type FeatureTable, featureVersions } from './reader';

/** Unknown incompatible features prevent every mount; unknown read-only compatible features prevent a read-write mount. */
export const linux: FeatureTable = {
  name: 'Linux',
  oldest: '2.6.28',
  since: featureVersions({
    '2.6.28':
      'filetype needs_recovery extent 64bit flex_bg meta_bg sparse_super large_file huge_file dir_nlink extra_isize uninit_bg',
    '3.0': 'mmp',
    '3.2': 'bigalloc',
    '3.6': 'quota',
    '3.8': 'inline_data',
    '3.18': 'metadata_csum',
    '4.0': 'read-only',
    '4.1': 'encrypt',
    '4.4': 'metadata_csum_seed',
    '4.5': 'project',
    '4.13': 'ea_inode large_dir',
    '5.2': 'casefold',
    '5.4': 'verity',
    '5.15': 'orphan_present',
    none: 'compression journal_dev dirdata snapshot replica shared_blocks',
  }),
  journal: featureVersions({
    '2.6.28': 'journal_incompat_revoke journal_64bit journal_async_commit',
    '3.5': 'journal_checksum_v2',
    '3.18': 'journal_checksum_v3',
    '5.10': 'fast_commit',
  }),
  refusal(feature) {
    if (feature in incompat || /^FEATURE_I\d/.test(feature)) return 'refuses';
    return feature in roCompat || /^FEATURE_R\d/.test(feature) ? 'read-only' : undefined;
  },
};

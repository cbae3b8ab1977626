/** Which features e2fsck supports, by version. Sources are in docs/features.md. */
import { type FeatureTable, featureVersions } from './reader';

/** e2fsck refuses every unknown feature, including compatible ones, and exits with status 8 or 12. */
export const e2fsck: FeatureTable = {
  name: 'e2fsck',
  oldest: '1.42',
  since: featureVersions({
    '1.42':
      'dir_prealloc imagic_inodes has_journal ext_attr resize_inode dir_index sparse_super large_file huge_file uninit_bg dir_nlink extra_isize quota bigalloc filetype needs_recovery journal_dev meta_bg extent 64bit mmp flex_bg',
    '1.42.10': 'sparse_super2',
    '1.43': 'metadata_csum metadata_csum_seed inline_data encrypt read-only project',
    '1.44': 'ea_inode large_dir',
    '1.45': 'shared_blocks casefold',
    '1.44.4': 'verity',
    '1.46': 'fast_commit stable_inodes',
    '1.47': 'orphan_file orphan_present',
    none: 'lazy_bg snapshot_bitmap compression dirdata snapshot replica',
  }),
  journal: featureVersions({
    '1.42': 'journal_incompat_revoke journal_64bit journal_async_commit',
    '1.43': 'journal_checksum_v2 journal_checksum_v3',
    '1.46': 'fast_commit',
  }),
  refusal: () => 'refuses',
};

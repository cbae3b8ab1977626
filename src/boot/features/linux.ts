/** Which features Linux's ext4 driver takes, by version: ext4(5) of e2fsprogs. Sources are in docs/features.md. */
import { incompat, roCompat } from '../../layout/features';
import type { FeatureTable } from './consumer';

/** Unknown incompatible features stop a mount, unknown read-only compatible ones a mount for writing. */
export const linux: FeatureTable = {
  name: 'Linux',
  oldest: '2.6.28',
  since: {
    filetype: '2.6.28',
    needs_recovery: '2.6.28',
    extent: '2.6.28',
    '64bit': '2.6.28',
    flex_bg: '2.6.28',
    meta_bg: '2.6.28',
    sparse_super: '2.6.28',
    large_file: '2.6.28',
    huge_file: '2.6.28',
    dir_nlink: '2.6.28',
    extra_isize: '2.6.28',
    uninit_bg: '2.6.28',
    mmp: '3.0',
    bigalloc: '3.2',
    quota: '3.6',
    inline_data: '3.8',
    metadata_csum: '3.18',
    'read-only': '4.0',
    encrypt: '4.1',
    metadata_csum_seed: '4.4',
    project: '4.5',
    ea_inode: '4.13',
    large_dir: '4.13',
    casefold: '5.2',
    verity: '5.4',
    orphan_present: '5.15',
    compression: null,
    journal_dev: null,
    dirdata: null,
    snapshot: null,
    replica: null,
    shared_blocks: null,
  },
  refusal(feature) {
    if (feature in incompat || /^FEATURE_I\d/.test(feature)) return 'refuses';
    return feature in roCompat || /^FEATURE_R\d/.test(feature) ? 'read-only' : undefined;
  },
};

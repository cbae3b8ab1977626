/** Which features U-Boot's ext4 driver reads right. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import type { FeatureTable } from './consumer';

/** U-Boot refuses nothing on reading: what it does not know it reads wrongly, since 2025.01 with a line on the console. */
export const uBoot: FeatureTable = {
  name: 'U-Boot',
  oldest: '2013.01',
  since: {
    filetype: '2013.01',
    needs_recovery: '2013.01',
    extent: '2013.01',
    flex_bg: '2013.01',
    mmp: '2013.01',
    encrypt: '2013.01',
    metadata_csum_seed: '2013.01',
    '64bit': '2017.01',
    compression: null,
    journal_dev: null,
    meta_bg: null,
    ea_inode: null,
    dirdata: null,
    large_dir: null,
    inline_data: null,
    casefold: null,
  },
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'misreads' : undefined),
};

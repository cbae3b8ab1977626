/** Which features GRUB's ext2 driver takes, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import type { FeatureTable } from './consumer';

/** The driver looks at incompatible features only, and at none in file systems of revision 0. */
export const grub: FeatureTable = {
  name: 'GRUB',
  oldest: '2.00',
  since: {
    filetype: '2.00',
    needs_recovery: '2.00',
    extent: '2.00',
    flex_bg: '2.00',
    meta_bg: '2.02',
    '64bit': '2.02',
    mmp: '2.02',
    encrypt: '2.04',
    metadata_csum_seed: '2.12',
    large_dir: '2.12',
    compression: null,
    journal_dev: null,
    ea_inode: null,
    dirdata: null,
    inline_data: null,
    casefold: null,
  },
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'refuses' : undefined),
};

/** What else the driver cannot do, whatever the features. */
export interface GrubLimits {
  /** The symlink at which the driver gives up. */
  readonly maxSymlinks: number;
  /** A target of exactly 60 bytes is looked for in the inode, where it is not. */
  readonly loses60ByteLinks: boolean;
  /** A file whose extent tree has nodes and begins with a hole cannot be read. */
  readonly refusesLeadingHoles: boolean;
}

/** Which features GRUB's ext2 driver supports, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { type FeatureTable, featureVersions } from './reader';

/** The driver checks incompatible features only, and none in file systems of revision 0. */
export const grub: FeatureTable = {
  name: 'GRUB',
  oldest: '2.00',
  since: featureVersions({
    '2.00': 'filetype needs_recovery extent flex_bg',
    '2.02': 'meta_bg 64bit mmp',
    '2.04': 'encrypt',
    '2.12': 'metadata_csum_seed large_dir',
    none: 'compression journal_dev ea_inode dirdata inline_data casefold',
  }),
  refusal: (feature) => (feature in incompat || /^FEATURE_I\d/.test(feature) ? 'refuses' : undefined),
};

/** Other limits of the driver, independent of features. */
export interface GrubLimits {
  /** The driver fails at this number of symlinks in one path. */
  readonly maxSymlinks: number;
  /** The driver looks for a target of exactly 60 bytes in the inode, but it is in a block. */
  readonly loses60ByteLinks: boolean;
  /** The driver cannot read a file that begins with a hole and whose extent tree has nodes. */
  readonly refusesLeadingHoles: boolean;
}

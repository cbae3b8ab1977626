/** Which features GRUB's ext2 driver supports, by version. Sources are in docs/features.md. */
import { incompat } from '../../layout/features';
import { atLeastVersion } from '../../problem/e2fsck-version';
import { type FeatureTable, featureVersions } from './reader';

/**
 * The driver checks incompatible features only, and none in file systems of revision 0: the masks of supported and ignored
 * features in `fs/ext2.c` of 1.98 and `grub-core/fs/ext2.c` of 1.99, 2.00, 2.02, 2.04, 2.06, 2.12 and 2.14. The masks of 1.98,
 * 1.99 and 2.00 are equal, and so are those of 2.12 and 2.14.
 */
export const grub: FeatureTable = {
  name: 'GRUB',
  oldest: '1.98',
  inUse: '2.04',
  since: featureVersions({
    '1.98': 'filetype needs_recovery extent flex_bg',
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
  /** The driver follows two levels of indirect blocks, not three. */
  readonly lacksTripleIndirect: boolean;
  /** The message about a missing file does not contain its name. */
  readonly omitsMissingName: boolean;
  /** Each message begins with file, function and line of GRUB's source. */
  readonly namesSourceLine: boolean;
}

/** The limits of a version: `fs/ext2.c`, `fs/fshelp.c` and `kern/err.c` of the releases above. */
export const grubLimitsOf = (version: string): GrubLimits => ({
  maxSymlinks: 8,
  loses60ByteLinks: !atLeastVersion(version, '2.06'),
  refusesLeadingHoles: !atLeastVersion(version, '2.12'),
  lacksTripleIndirect: !atLeastVersion(version, '1.99'),
  omitsMissingName: !atLeastVersion(version, '2.00'),
  namesSourceLine: atLeastVersion(version, '2.14'),
});

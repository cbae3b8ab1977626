/** Limits of the format that more than one check tests against. */

/** Block sizes are 1024 << 0..6. */
export const maxLogBlockSize = 6;
/** Cluster sizes are 1024 << 0..19. */
export const maxLogClusterSize = 19;
/** Most clusters, and without bigalloc most blocks, in a group: the counters are 16 bits wide. */
export const maxClustersPerGroup = 65528;
/** Names a directory may have before its link count is kept at 1. */
export const maxLinks = 65000;
/** Link counters stop here, so that a stored and a counted value can still be compared. */
export const linkCountCap = 65500;
/** Symlinks followed in one look-up. */
export const maxSymlinks = 40;
/** Largest value of one extended attribute, in bytes. */
export const maxXattrValue = 2 ** 24;
/** Largest value of an extended attribute that lies in an inode of its own, in bytes. */
export const maxValueInodeSize = 65536;

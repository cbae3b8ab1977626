/** Limits of the format that more than one check tests against. */

/** Block sizes are 1024 << 0..6. */
export const maxLogBlockSize = 6;
/** Cluster sizes are 1024 << 0..19. */
export const maxLogClusterSize = 19;
/** Largest number of clusters, or of blocks without bigalloc, in a group: the counters have 16 bits. */
export const maxClustersPerGroup = 65528;
/** Largest number of links of a directory before its link count becomes 1. */
export const maxLinks = 65000;
/** Link counters stop here, so that a stored and a counted value can still be compared. */
export const linkCountCap = 65500;
/** Largest number of symlinks followed in one lookup. */
export const maxSymlinks = 40;
/** Largest value of one extended attribute, in bytes. */
export const maxXattrValue = 2 ** 24;
/** Largest value of an extended attribute with an inode for the value, in bytes. */
export const maxValueInodeSize = 65536;

/** All problems that the checks know, by id. */
import { problems as features } from './boot/features/gate';
import { problems as boot } from './boot/problems';
import { problems as bitmaps } from './checks/bitmaps/problems';
import { problems as connectivity } from './checks/connectivity/pass';
import { problems as directoriesBlock } from './checks/directories/block';
import { problems as directoriesDots } from './checks/directories/dots';
import { problems as directoriesEncodedNames } from './checks/directories/encoded-names';
import { problems as directoriesEntries } from './checks/directories/entries';
import { problems as directoriesHtree } from './checks/directories/htree';
import { problems as directoriesRepeatedNames } from './checks/directories/repeated-names';
import { problems as duplicates } from './checks/duplicates/pass';
import { problems as groupsDescriptors } from './checks/groups/descriptors';
import { problems as groupsLayout } from './checks/groups/layout';
import { problems as inodesBadBlocks } from './checks/inodes/bad-blocks';
import { problems as inodesBlockMap } from './checks/inodes/block-map';
import { problems as inodesClaims } from './checks/inodes/claims';
import { problems as inodesDisguised } from './checks/inodes/disguised';
import { problems as inodesEncryption } from './checks/inodes/encryption';
import { problems as inodesExtents } from './checks/inodes/extent-problems';
import { problems as inodesFinish } from './checks/inodes/finish';
import { problems as inodesFlags } from './checks/inodes/flags';
import { problems as inodesHtreeRoot } from './checks/inodes/htree-root';
import { problems as inodesReserved } from './checks/inodes/reserved';
import { problems as inodesSizes } from './checks/inodes/sizes';
import { problems as inodesTableBlock } from './checks/inodes/table-block';
import { problems as inodesTimes } from './checks/inodes/times';
import { problems as inodesXattrs } from './checks/inodes/xattr-problems';
import { problems as journalDevice } from './checks/journal/device';
import { problems as journalJournal } from './checks/journal/journal';
import { problems as journalReplay } from './checks/journal/replay';
import { problems as journalSuperblock } from './checks/journal/superblock';
import { problems as linksBadFields } from './checks/links/bad-fields';
import { problems as links } from './checks/links/pass';
import { problems as linksValueInodes } from './checks/links/value-inodes';
import { problems as orphansOrphanFile } from './checks/orphans/orphan-file';
import { problems as orphansPending } from './checks/orphans/pending';
import { problems as quotaQuota } from './checks/quota/quota';
import { problems as reads } from './checks/reads';
import { problems as superblockBackups } from './checks/superblock/backups';
import { problems as superblockErrors } from './checks/superblock/errors';
import { problems as superblockFeatures } from './checks/superblock/features';
import { problems as superblockMmp } from './checks/superblock/mmp';
import { problems as superblockOpening } from './checks/superblock/opening';
import { problems as superblockQuotaInodes } from './checks/superblock/quota-inodes';
import { problems as superblockResizeInode } from './checks/superblock/resize-inode';
import { problems as superblockSize } from './checks/superblock/size';
import { problems as superblockTimes } from './checks/superblock/times';
import { problems as superblockValues } from './checks/superblock/values';
import { problems as verity } from './checks/verity/pass';
import { problems as contentBmap } from './content/bmap/problems';
import { problems as contentLostWrites } from './content/lost/lost-writes';
import { problems as contentManifest } from './content/manifest/problems';
import { problems as contentPackages } from './content/packages/problems';
import { problems as contentPolicy } from './content/policy/problems';
import type { AnyProblem } from './problem/define';

/** Keeps the ids and forgets the payloads, which only the check that declares a problem needs to know. */
const byId = <T extends object>(problems: T) => problems as unknown as Readonly<Record<keyof T & string, AnyProblem>>;

const entries = byId({
  ...boot,
  ...features,
  ...bitmaps,
  ...connectivity,
  ...contentLostWrites,
  ...directoriesBlock,
  ...directoriesDots,
  ...directoriesEncodedNames,
  ...directoriesEntries,
  ...directoriesHtree,
  ...directoriesRepeatedNames,
  ...duplicates,
  ...groupsDescriptors,
  ...groupsLayout,
  ...inodesBadBlocks,
  ...inodesBlockMap,
  ...inodesClaims,
  ...inodesDisguised,
  ...inodesEncryption,
  ...inodesExtents,
  ...inodesFinish,
  ...inodesFlags,
  ...inodesHtreeRoot,
  ...inodesReserved,
  ...inodesSizes,
  ...inodesTableBlock,
  ...inodesTimes,
  ...inodesXattrs,
  ...journalDevice,
  ...journalJournal,
  ...journalReplay,
  ...journalSuperblock,
  ...linksBadFields,
  ...links,
  ...linksValueInodes,
  ...orphansOrphanFile,
  ...orphansPending,
  ...quotaQuota,
  ...reads,
  ...superblockBackups,
  ...superblockErrors,
  ...superblockFeatures,
  ...superblockMmp,
  ...superblockOpening,
  ...superblockQuotaInodes,
  ...superblockResizeInode,
  ...superblockSize,
  ...superblockTimes,
  ...superblockValues,
  ...verity,
  ...contentBmap,
  ...contentManifest,
  ...contentPackages,
  ...contentPolicy,
});

/** Every id that a finding can have. */
export type ProblemId = keyof typeof entries;

export const catalogue: Readonly<Record<string, AnyProblem>> = entries;

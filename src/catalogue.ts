/** All problems of the file system itself, with their texts, by id. */

import bitmapsExplanations from './checks/bitmaps/explanations.json';
import { problems as bitmaps } from './checks/bitmaps/problems';
import { texts as bitmapsTexts } from './checks/bitmaps/problems.texts';
import connectivityExplanations from './checks/connectivity/explanations.json';
import { problems as connectivity } from './checks/connectivity/pass';
import { texts as connectivityTexts } from './checks/connectivity/pass.texts';
import { problems as directoriesBlock } from './checks/directories/block';
import { texts as directoriesBlockTexts } from './checks/directories/block.texts';
import { problems as directoriesDots } from './checks/directories/dots';
import { texts as directoriesDotsTexts } from './checks/directories/dots.texts';
import { problems as directoriesEncodedNames } from './checks/directories/encoded-names';
import { texts as directoriesEncodedNamesTexts } from './checks/directories/encoded-names.texts';
import { problems as directoriesEntries } from './checks/directories/entries';
import { texts as directoriesEntriesTexts } from './checks/directories/entries.texts';
import directoriesExplanations from './checks/directories/explanations.json';
import { problems as directoriesHtree } from './checks/directories/htree';
import { texts as directoriesHtreeTexts } from './checks/directories/htree.texts';
import { problems as directoriesRepeatedNames } from './checks/directories/repeated-names';
import { texts as directoriesRepeatedNamesTexts } from './checks/directories/repeated-names.texts';
import duplicatesExplanations from './checks/duplicates/explanations.json';
import { problems as duplicates } from './checks/duplicates/pass';
import { texts as duplicatesTexts } from './checks/duplicates/pass.texts';
import explanations from './checks/explanations.json';
import { problems as groupsDescriptors } from './checks/groups/descriptors';
import { texts as groupsDescriptorsTexts } from './checks/groups/descriptors.texts';
import groupsExplanations from './checks/groups/explanations.json';
import { problems as groupsLayout } from './checks/groups/layout';
import { texts as groupsLayoutTexts } from './checks/groups/layout.texts';
import { problems as inodesBadBlocks } from './checks/inodes/bad-blocks';
import { texts as inodesBadBlocksTexts } from './checks/inodes/bad-blocks.texts';
import { problems as inodesDisguised } from './checks/inodes/disguised';
import { texts as inodesDisguisedTexts } from './checks/inodes/disguised.texts';
import { problems as inodesEncryption } from './checks/inodes/encryption';
import { texts as inodesEncryptionTexts } from './checks/inodes/encryption.texts';
import inodesExplanations from './checks/inodes/explanations.json';
import { problems as inodesFinish } from './checks/inodes/finish';
import { texts as inodesFinishTexts } from './checks/inodes/finish.texts';
import { problems as inodesFlags } from './checks/inodes/flags';
import { texts as inodesFlagsTexts } from './checks/inodes/flags.texts';
import { problems as inodesHtreeRoot } from './checks/inodes/htree-root';
import { texts as inodesHtreeRootTexts } from './checks/inodes/htree-root.texts';
import { problems as inodesBlockMap } from './checks/inodes/mapping/block-map';
import { texts as inodesBlockMapTexts } from './checks/inodes/mapping/block-map.texts';
import { problems as inodesClaims } from './checks/inodes/mapping/claims';
import { texts as inodesClaimsTexts } from './checks/inodes/mapping/claims.texts';
import { problems as inodesExtents } from './checks/inodes/mapping/extent-problems';
import { texts as inodesExtentsTexts } from './checks/inodes/mapping/extent-problems.texts';
import { problems as inodesReserved } from './checks/inodes/reserved';
import { texts as inodesReservedTexts } from './checks/inodes/reserved.texts';
import { problems as inodesSizes } from './checks/inodes/sizes';
import { texts as inodesSizesTexts } from './checks/inodes/sizes.texts';
import { problems as inodesTableBlock } from './checks/inodes/table-block';
import { texts as inodesTableBlockTexts } from './checks/inodes/table-block.texts';
import { problems as inodesTimes } from './checks/inodes/times';
import { texts as inodesTimesTexts } from './checks/inodes/times.texts';
import { problems as inodesXattrs } from './checks/inodes/xattr/problems';
import { texts as inodesXattrsTexts } from './checks/inodes/xattr/problems.texts';
import { problems as journalDevice } from './checks/journal/device';
import { texts as journalDeviceTexts } from './checks/journal/device.texts';
import journalExplanations from './checks/journal/explanations.json';
import { problems as journalJournal } from './checks/journal/journal';
import { texts as journalJournalTexts } from './checks/journal/journal.texts';
import { problems as journalReplay } from './checks/journal/replay';
import { texts as journalReplayTexts } from './checks/journal/replay.texts';
import { problems as journalSuperblock } from './checks/journal/superblock';
import { texts as journalSuperblockTexts } from './checks/journal/superblock.texts';
import { problems as linksBadFields } from './checks/links/bad-fields';
import { texts as linksBadFieldsTexts } from './checks/links/bad-fields.texts';
import linksExplanations from './checks/links/explanations.json';
import { problems as links } from './checks/links/pass';
import { texts as linksTexts } from './checks/links/pass.texts';
import { problems as linksValueInodes } from './checks/links/value-inodes';
import { texts as linksValueInodesTexts } from './checks/links/value-inodes.texts';
import orphansExplanations from './checks/orphans/explanations.json';
import { problems as orphansOrphanFile } from './checks/orphans/orphan-file';
import { texts as orphansOrphanFileTexts } from './checks/orphans/orphan-file.texts';
import { problems as orphansPending } from './checks/orphans/pending';
import { texts as orphansPendingTexts } from './checks/orphans/pending.texts';
import quotaExplanations from './checks/quota/explanations.json';
import { problems as quotaQuota } from './checks/quota/quota';
import { texts as quotaQuotaTexts } from './checks/quota/quota.texts';
import { problems as reads } from './checks/reads';
import { texts as readsTexts } from './checks/reads.texts';
import { problems as superblockBackups } from './checks/superblock/backups';
import { texts as superblockBackupsTexts } from './checks/superblock/backups.texts';
import { problems as superblockErrors } from './checks/superblock/errors';
import { texts as superblockErrorsTexts } from './checks/superblock/errors.texts';
import superblockExplanations from './checks/superblock/explanations.json';
import { problems as superblockFeatures } from './checks/superblock/features';
import { texts as superblockFeaturesTexts } from './checks/superblock/features.texts';
import { problems as superblockMmp } from './checks/superblock/mmp';
import { texts as superblockMmpTexts } from './checks/superblock/mmp.texts';
import { problems as superblockOpening } from './checks/superblock/opening';
import { texts as superblockOpeningTexts } from './checks/superblock/opening.texts';
import { problems as superblockQuotaInodes } from './checks/superblock/quota-inodes';
import { texts as superblockQuotaInodesTexts } from './checks/superblock/quota-inodes.texts';
import { problems as superblockResizeInode } from './checks/superblock/resize-inode';
import { texts as superblockResizeInodeTexts } from './checks/superblock/resize-inode.texts';
import { problems as superblockSize } from './checks/superblock/size';
import { texts as superblockSizeTexts } from './checks/superblock/size.texts';
import { problems as superblockTimes } from './checks/superblock/times';
import { texts as superblockTimesTexts } from './checks/superblock/times.texts';
import { problems as superblockValues } from './checks/superblock/values';
import { texts as superblockValuesTexts } from './checks/superblock/values.texts';
import verityExplanations from './checks/verity/explanations.json';
import { problems as verity } from './checks/verity/pass';
import { texts as verityTexts } from './checks/verity/pass.texts';
import { type Catalogue, describe } from './problem/define';

const entries = {
  ...describe(bitmaps, bitmapsTexts, bitmapsExplanations),
  ...describe(connectivity, connectivityTexts, connectivityExplanations),
  ...describe(directoriesBlock, directoriesBlockTexts, directoriesExplanations),
  ...describe(directoriesDots, directoriesDotsTexts, directoriesExplanations),
  ...describe(directoriesEncodedNames, directoriesEncodedNamesTexts, directoriesExplanations),
  ...describe(directoriesEntries, directoriesEntriesTexts, directoriesExplanations),
  ...describe(directoriesHtree, directoriesHtreeTexts, directoriesExplanations),
  ...describe(directoriesRepeatedNames, directoriesRepeatedNamesTexts, directoriesExplanations),
  ...describe(duplicates, duplicatesTexts, duplicatesExplanations),
  ...describe(groupsDescriptors, groupsDescriptorsTexts, groupsExplanations),
  ...describe(groupsLayout, groupsLayoutTexts, groupsExplanations),
  ...describe(inodesBadBlocks, inodesBadBlocksTexts, inodesExplanations),
  ...describe(inodesBlockMap, inodesBlockMapTexts, inodesExplanations),
  ...describe(inodesClaims, inodesClaimsTexts, inodesExplanations),
  ...describe(inodesDisguised, inodesDisguisedTexts, inodesExplanations),
  ...describe(inodesEncryption, inodesEncryptionTexts, inodesExplanations),
  ...describe(inodesExtents, inodesExtentsTexts, inodesExplanations),
  ...describe(inodesFinish, inodesFinishTexts, inodesExplanations),
  ...describe(inodesFlags, inodesFlagsTexts, inodesExplanations),
  ...describe(inodesHtreeRoot, inodesHtreeRootTexts, inodesExplanations),
  ...describe(inodesReserved, inodesReservedTexts, inodesExplanations),
  ...describe(inodesSizes, inodesSizesTexts, inodesExplanations),
  ...describe(inodesTableBlock, inodesTableBlockTexts, inodesExplanations),
  ...describe(inodesTimes, inodesTimesTexts, inodesExplanations),
  ...describe(inodesXattrs, inodesXattrsTexts, inodesExplanations),
  ...describe(journalDevice, journalDeviceTexts, journalExplanations),
  ...describe(journalJournal, journalJournalTexts, journalExplanations),
  ...describe(journalReplay, journalReplayTexts, journalExplanations),
  ...describe(journalSuperblock, journalSuperblockTexts, journalExplanations),
  ...describe(linksBadFields, linksBadFieldsTexts, linksExplanations),
  ...describe(links, linksTexts, linksExplanations),
  ...describe(linksValueInodes, linksValueInodesTexts, linksExplanations),
  ...describe(orphansOrphanFile, orphansOrphanFileTexts, orphansExplanations),
  ...describe(orphansPending, orphansPendingTexts, orphansExplanations),
  ...describe(quotaQuota, quotaQuotaTexts, quotaExplanations),
  ...describe(reads, readsTexts, explanations),
  ...describe(superblockBackups, superblockBackupsTexts, superblockExplanations),
  ...describe(superblockErrors, superblockErrorsTexts, superblockExplanations),
  ...describe(superblockFeatures, superblockFeaturesTexts, superblockExplanations),
  ...describe(superblockMmp, superblockMmpTexts, superblockExplanations),
  ...describe(superblockOpening, superblockOpeningTexts, superblockExplanations),
  ...describe(superblockQuotaInodes, superblockQuotaInodesTexts, superblockExplanations),
  ...describe(superblockResizeInode, superblockResizeInodeTexts, superblockExplanations),
  ...describe(superblockSize, superblockSizeTexts, superblockExplanations),
  ...describe(superblockTimes, superblockTimesTexts, superblockExplanations),
  ...describe(superblockValues, superblockValuesTexts, superblockExplanations),
  ...describe(verity, verityTexts, verityExplanations),
};

/** The id of every problem of the file system itself. */
export type CoreProblemId = keyof typeof entries;

export const catalogue: Catalogue = entries;

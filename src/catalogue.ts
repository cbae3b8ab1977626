/** All problems of the file system itself, with their texts, by id. */

import { problems as beforeReplay } from './checks/before-replay';
import bitmapsExplanations from './checks/bitmaps/explanations.json';
import { problems as bitmaps } from './checks/bitmaps/pass';
import { texts as bitmapsTexts } from './checks/bitmaps/texts';
import connectivityExplanations from './checks/connectivity/explanations.json';
import { problems as connectivity } from './checks/connectivity/pass';
import { texts as connectivityTexts } from './checks/connectivity/texts';
import { problems as directoriesBlock } from './checks/directories/block';
import { problems as directoriesDots } from './checks/directories/dots';
import { problems as directoriesEncodedNames } from './checks/directories/encoded-names';
import { problems as directoriesEntries } from './checks/directories/entries';
import directoriesExplanations from './checks/directories/explanations.json';
import { problems as directoriesHtree } from './checks/directories/htree';
import { problems as directoriesRepeatedNames } from './checks/directories/repeated-names';
import { texts as directoriesTexts } from './checks/directories/texts';
import duplicatesExplanations from './checks/duplicates/explanations.json';
import { problems as duplicates } from './checks/duplicates/pass';
import { texts as duplicatesTexts } from './checks/duplicates/texts';
import explanations from './checks/explanations.json';
import { problems as groupsDescriptors } from './checks/groups/descriptors';
import groupsExplanations from './checks/groups/explanations.json';
import { problems as groupsLayout } from './checks/groups/layout';
import { texts as groupsTexts } from './checks/groups/texts';
import { problems as inodesBadBlocks } from './checks/inodes/bad-blocks';
import { problems as inodesDisguised } from './checks/inodes/disguised';
import { problems as inodesEncryption } from './checks/inodes/encryption';
import inodesExplanations from './checks/inodes/explanations.json';
import { problems as inodesFinish } from './checks/inodes/finish';
import { problems as inodesFlags } from './checks/inodes/flags';
import { problems as inodesHtreeRoot } from './checks/inodes/htree-root';
import { problems as inodesBlockMap } from './checks/inodes/mapping/block-map';
import { problems as inodesClaims } from './checks/inodes/mapping/claims';
import { problems as inodesExtents } from './checks/inodes/mapping/extents';
import { problems as inodesRefused } from './checks/inodes/refused';
import { problems as inodesReserved } from './checks/inodes/reserved';
import { problems as inodesSizes } from './checks/inodes/sizes';
import { problems as inodesTableBlock } from './checks/inodes/table-block';
import { texts as inodesTexts } from './checks/inodes/texts';
import { problems as inodesTimes } from './checks/inodes/times';
import { problems as inodesXattrs } from './checks/inodes/xattr/problems';
import { problems as journalDevice } from './checks/journal/device';
import journalExplanations from './checks/journal/explanations.json';
import { problems as journalJournal } from './checks/journal/journal';
import { problems as journalReplay } from './checks/journal/replay';
import { problems as journalSuperblock } from './checks/journal/superblock';
import { texts as journalTexts } from './checks/journal/texts';
import { problems as linksBadFields } from './checks/links/bad-fields';
import linksExplanations from './checks/links/explanations.json';
import { problems as links } from './checks/links/pass';
import { texts as linksTexts } from './checks/links/texts';
import { problems as linksValueInodes } from './checks/links/value-inodes';
import orphansExplanations from './checks/orphans/explanations.json';
import { problems as orphansOrphanFile } from './checks/orphans/orphan-file';
import { problems as orphansMount } from './checks/orphans/orphan-mount';
import { problems as orphansPending } from './checks/orphans/pending';
import { texts as orphansTexts } from './checks/orphans/texts';
import quotaExplanations from './checks/quota/explanations.json';
import { problems as quotaQuota } from './checks/quota/quota';
import { texts as quotaTexts } from './checks/quota/texts';
import { problems as reads } from './checks/reads';
import { problems as required } from './checks/required';
import { problems as superblockBackups } from './checks/superblock/backups';
import { problems as superblockErrors } from './checks/superblock/errors';
import superblockExplanations from './checks/superblock/explanations.json';
import { problems as superblockFeatures } from './checks/superblock/features';
import { problems as superblockMmp } from './checks/superblock/mmp';
import { problems as superblockOpening } from './checks/superblock/opening';
import { problems as superblockQuotaInodes } from './checks/superblock/quota-inodes';
import { problems as superblockResizeInode } from './checks/superblock/resize-inode';
import { problems as superblockSize } from './checks/superblock/size';
import { texts as superblockTexts } from './checks/superblock/texts';
import { problems as superblockTimes } from './checks/superblock/times';
import { problems as superblockValues } from './checks/superblock/values';
import { texts } from './checks/texts';
import verityExplanations from './checks/verity/explanations.json';
import { problems as verity } from './checks/verity/pass';
import { texts as verityTexts } from './checks/verity/texts';
import { type Catalogue, describe } from './problem/define';

const entries = {
  ...describe(bitmaps, bitmapsTexts, bitmapsExplanations),
  ...describe(connectivity, connectivityTexts, connectivityExplanations),
  ...describe(
    {
      ...directoriesBlock,
      ...directoriesDots,
      ...directoriesEncodedNames,
      ...directoriesEntries,
      ...directoriesHtree,
      ...directoriesRepeatedNames,
    },
    directoriesTexts,
    directoriesExplanations,
  ),
  ...describe(duplicates, duplicatesTexts, duplicatesExplanations),
  ...describe({ ...groupsDescriptors, ...groupsLayout }, groupsTexts, groupsExplanations),
  ...describe(
    {
      ...inodesBadBlocks,
      ...inodesBlockMap,
      ...inodesClaims,
      ...inodesDisguised,
      ...inodesEncryption,
      ...inodesExtents,
      ...inodesFinish,
      ...inodesFlags,
      ...inodesHtreeRoot,
      ...inodesRefused,
      ...inodesReserved,
      ...inodesSizes,
      ...inodesTableBlock,
      ...inodesTimes,
      ...inodesXattrs,
    },
    inodesTexts,
    inodesExplanations,
  ),
  ...describe(
    { ...journalDevice, ...journalJournal, ...journalReplay, ...journalSuperblock },
    journalTexts,
    journalExplanations,
  ),
  ...describe({ ...linksBadFields, ...links, ...linksValueInodes }, linksTexts, linksExplanations),
  ...describe({ ...orphansOrphanFile, ...orphansMount, ...orphansPending }, orphansTexts, orphansExplanations),
  ...describe(quotaQuota, quotaTexts, quotaExplanations),
  ...describe({ ...beforeReplay, ...reads, ...required }, texts, explanations),
  ...describe(
    {
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
    },
    superblockTexts,
    superblockExplanations,
  ),
  ...describe(verity, verityTexts, verityExplanations),
};

export type CoreProblemId = keyof typeof entries;

export const catalogue: Catalogue = entries;

/** All causes, in the order in which they are considered. A report lists those that hold, the worst first. */
import { backupsNeverWritten } from './backups-never-written';
import { bitDiffers } from './bit-differs';
import { bitsFlipped } from './bits-flipped';
import { bookkeeping } from './bookkeeping';
import type { CauseEntry } from './cause';
import { containerDamaged, containerSuspect } from './container-damaged';
import { cutOff } from './cut-off';
import { damaged } from './damaged';
import { deletionTimeOne } from './deletion-time-one';
import { directoriesDestroyed } from './directories-destroyed';
import { dmVerityDiffers } from './dm-verity-differs';
import { errorFlagAlone } from './error-flag-alone';
import { errorsRecorded } from './errors-recorded';
import { expectationCauses, requiredMissing } from './expectations';
import { fastCommitsPending } from './fast-commits-pending';
import { imageTruncated } from './image-truncated';
import { incomplete } from './incomplete';
import { inconsistent } from './inconsistent';
import { journalDevice } from './journal-device';
import { journalRefused } from './journal-refused';
import { journalWaits } from './journal-waits';
import { largerThanPartition } from './larger-than-partition';
import { lostWrites } from './lost-writes';
import { metadataOnly } from './metadata-only';
import { misreadByE2fsck } from './misread-by-e2fsck';
import { notAFileSystem } from './not-a-file-system';
import { orphanFileInvalid } from './orphan-file-invalid';
import { overwritten } from './overwritten';
import { partitionedDisk } from './partitioned-disk';
import { readerLacksFeature } from './reader-lacks-feature';
import { refusedBeforeReplay } from './refused-before-replay';
import { resizedWithJournal } from './resized-with-journal';
import { sharedBlocks } from './shared-blocks';
import { staleDirectories } from './stale-directories';
import { startOverwritten } from './start-overwritten';
import { superblockChecksum } from './superblock-checksum';
import { superblockUnusable } from './superblock-unusable';
import { uuidChanged } from './uuid-changed';

export const allCauses: readonly CauseEntry[] = [
  containerDamaged,
  superblockChecksum,
  partitionedDisk,
  journalDevice,
  cutOff,
  notAFileSystem,
  superblockUnusable,
  largerThanPartition,
  startOverwritten,
  imageTruncated,
  uuidChanged,
  bitsFlipped,
  resizedWithJournal,
  refusedBeforeReplay,
  orphanFileInvalid,
  lostWrites,
  staleDirectories,
  metadataOnly,
  overwritten,
  sharedBlocks,
  directoriesDestroyed,
  errorFlagAlone,
  errorsRecorded,
  deletionTimeOne,
  // these hold only if no cause before them does
  bitDiffers,
  journalRefused,
  damaged,
  inconsistent,
  fastCommitsPending,
  journalWaits,
  backupsNeverWritten,
  misreadByE2fsck,
  bookkeeping,
  // not damage
  dmVerityDiffers,
  containerSuspect,
  requiredMissing,
  readerLacksFeature,
  ...expectationCauses,
  incomplete,
];

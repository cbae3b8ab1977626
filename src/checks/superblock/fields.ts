/** Checks the fields of the superblock in use, in e2fsck's order. */
import type { ReportFinding } from '../../problem/collector';
import type { PartitionFacts } from '../../problem/start';
import type { ByteSource } from '../../source/source';
import type { Opening } from '../../volume/open';
import { checkRecordedErrors } from './errors';
import { checkFeatures } from './features';
import { checkQuotaInodes } from './quota-inodes';
import { checkSize } from './size';
import { checkTimes } from './times';
import { checkValues } from './values';

/**
 * Checks the fields of the superblock in use. `now` is in seconds since 1970. Returns false when e2fsck would stop,
 * because a value is impossible; later findings may then be meaningless.
 */
export function checkSuperblockFields(
  opening: Opening,
  source: ByteSource,
  report: ReportFinding,
  now: number,
  partition?: PartitionFacts,
): boolean {
  const possible = checkValues(opening, report);
  checkSize(opening, source, report, partition);
  checkFeatures(opening, report);
  checkTimes(opening, report, now);
  checkQuotaInodes(opening, report);
  checkRecordedErrors(opening, report);
  return possible;
}

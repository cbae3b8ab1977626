/** Reports errors that the kernel recorded in the superblock while the file system was mounted. */
import { join32 } from '../../bytes/field';
import { isoTime } from '../../bytes/iso-time';
import { printableField } from '../../bytes/names';
import { fsState, recordedErrors } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { SuperblockRecord } from '../../volume/geometry';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { RecordedErrors, texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-errors-recorded': { severity: 'warning', e2fsck: [] },
  'superblock-errors-counted': { severity: 'info', e2fsck: [] },
});

/** Text up to the first NUL; null if there is none. */
const nameIn = (bytes: Uint8Array): string | null => printableField(bytes) || null;

const timeOf = (low: number, high: number): string | null => {
  const seconds = join32(low, high);
  return seconds === 0 ? null : isoTime(seconds);
};

const orNull = (value: number): number | null => (value === 0 ? null : value);

/** Kernels before 5.8 record no kind of error. */
const kindOf = (code: number): string | null => (code === 0 ? null : (recordedErrors[code] ?? `error ${code}`));

function recordsOf(sb: SuperblockRecord): RecordedErrors {
  return {
    count: sb.s_error_count,
    firstTime: timeOf(sb.s_first_error_time, sb.s_first_error_time_hi),
    firstError: kindOf(sb.s_first_error_errcode),
    firstFunction: nameIn(sb.s_first_error_func),
    firstLine: orNull(sb.s_first_error_line),
    firstInode: orNull(sb.s_first_error_ino),
    firstBlock: orNull(sb.s_first_error_block),
    lastTime: timeOf(sb.s_last_error_time, sb.s_last_error_time_hi),
    lastError: kindOf(sb.s_last_error_errcode),
    lastFunction: nameIn(sb.s_last_error_func),
    lastLine: orNull(sb.s_last_error_line),
    lastInode: orNull(sb.s_last_error_ino),
    lastBlock: orNull(sb.s_last_error_block),
  };
}

export function checkRecordedErrors(opening: Opening, report: ReportFinding): void {
  const { sb } = opening.volume.geometry;
  const flagged = (sb.s_state & fsState.ERROR) !== 0;
  if (!flagged && sb.s_error_count === 0) return;
  const problem = problems[flagged ? 'superblock-errors-recorded' : 'superblock-errors-counted'];
  report(problem, superblockPlace(opening, sb.s_error_count === 0 ? 's_state' : 's_error_count'), recordsOf(sb));
}

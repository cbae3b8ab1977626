/** Reports errors that the kernel recorded while the file system was mounted. */
import { join32 } from '../../bytes/field';
import { isoTime } from '../../bytes/iso-time';
import { printableName } from '../../bytes/names';
import { fsState } from '../../layout/superblock';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-errors-recorded': { severity: 'info', e2fsck: [] },
});

/** One record as text, `2023-11-14T22:13:20Z in ext4_lookup:1789, inode 12`; null when there is none. */
function event(time: number, func: Uint8Array, line: number, ino: number): string | null {
  if (time === 0) return null;
  const end = func.indexOf(0);
  const where = printableName(func, 0, end < 0 ? func.length : end);
  return `${isoTime(time)}${where === '' ? '' : ` in ${where}:${line}`}${ino === 0 ? '' : `, inode ${ino}`}`;
}

export function checkRecordedErrors(opening: Opening, report: ReportFinding): void {
  const { sb } = opening.volume.geometry;
  if ((sb.s_state & fsState.ERROR) === 0 && sb.s_error_count === 0) return;
  const first = join32(sb.s_first_error_time, sb.s_first_error_time_hi);
  const last = join32(sb.s_last_error_time, sb.s_last_error_time_hi);
  report(problems['superblock-errors-recorded'], superblockPlace(opening, 's_error_count'), {
    count: sb.s_error_count,
    first: event(first, sb.s_first_error_func, sb.s_first_error_line, sb.s_first_error_ino),
    last: event(last, sb.s_last_error_func, sb.s_last_error_line, sb.s_last_error_ino),
  });
}

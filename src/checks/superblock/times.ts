/** Checks the times of the last mount and write, which cannot be in the future. */
import { join32 } from '../../bytes/field';
import type { ReportFinding } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'superblock-mount-time-future': { severity: 'info', e2fsck: [0x000031, 0x00003c] },
  'superblock-write-time-future': { severity: 'info', e2fsck: [0x000032, 0x00003d] },
});

/** e2fsck treats clocks that are ahead by up to a day separately, because a wrong time zone explains them. */
const fudge = 86400;
/** A clock with a time before 2010 is not set, and proves nothing. */
const clockUnset = Date.UTC(2010, 0, 1) / 1000;

/** `now` is in seconds since 1970. */
export function checkTimes(opening: Opening, report: ReportFinding, now: number): void {
  if (now < clockUnset) return;
  const { sb } = opening.volume.geometry;
  const judge = (
    problem: keyof typeof problems,
    field: 's_mtime' | 's_wtime',
    time: number,
    codes: [number, number],
  ) => {
    if (time <= now) return;
    const code = codes[time > now + fudge ? 0 : 1];
    report(problems[problem], superblockPlace(opening, field), { stored: time }, code);
  };
  judge('superblock-mount-time-future', 's_mtime', join32(sb.s_mtime, sb.s_mtime_hi), [0x000031, 0x00003c]);
  judge('superblock-write-time-future', 's_wtime', join32(sb.s_wtime, sb.s_wtime_hi), [0x000032, 0x00003d]);
}

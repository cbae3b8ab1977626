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
  const judge = (problem: keyof typeof problems, field: 's_mtime' | 's_wtime', codes: [number, number]) => {
    const codeOf = (time: number) => (time <= now ? undefined : codes[time > now + fudge ? 0 : 1]);
    const time = join32(sb[field], sb[`${field}_hi`]);
    const code = codeOf(time);
    if (code === undefined) return;
    // e2fsck 1.47.0 does not read the high byte
    const low = codeOf(sb[field]);
    const before = low === undefined ? [] : [{ code: low, until: '1.47.0' }];
    report(problems[problem], superblockPlace(opening, field), { stored: time }, [
      ...before,
      { code, since: '1.47.1' },
    ]);
  };
  judge('superblock-mount-time-future', 's_mtime', [0x000031, 0x00003c]);
  judge('superblock-write-time-future', 's_wtime', [0x000032, 0x00003d]);
}

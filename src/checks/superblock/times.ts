/** Times of the last mount and write, which cannot lie in the future. */
import { join32 } from '../../bytes/field';
import type { Report } from '../../problem/collector';
import { define } from '../../problem/define';
import type { Opening } from '../../volume/open';
import { superblockPlace } from './place';

export const problems = define({
  'superblock-mount-time-future': {
    severity: 'info',
    e2fsck: [0x000031, 0x00003c],
    title: 'Last mount lies in the future',
    explain:
      'The file system was mounted on a machine whose clock was ahead of this one, or this clock is behind; a clock set to local time gives a few hours. Only times are wrong. If it is years, s_mtime may have been overwritten.',
    say: (d: { stored: number }) => `s_mtime is ${isoTime(d.stored)}, which is yet to come`,
  },
  'superblock-write-time-future': {
    severity: 'info',
    e2fsck: [0x000032, 0x00003d],
    title: 'Last write lies in the future',
    explain:
      'The superblock was written on a machine whose clock was ahead of this one, or this clock is behind; a clock set to local time gives a few hours. Only times are wrong. If it is years, s_wtime may have been overwritten.',
    say: (d: { stored: number }) => `s_wtime is ${isoTime(d.stored)}, which is yet to come`,
  },
});

/** e2fsck tells clocks that are ahead by up to a day from others, since a wrong time zone explains the former. */
const fudge = 86400;
/** A clock that shows a time before 2010 is not set, and no measure for others. */
const clockUnset = Date.UTC(2010, 0, 1) / 1000;

/** Seconds since 1970 as an ISO 8601 text, with whole seconds. */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  // times beyond what a Date can hold do not fit on disk, but a report may come from anywhere
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : date.toISOString().replace('.000', '');
}

/** `now` is in seconds since 1970. */
export function checkTimes(opening: Opening, report: Report, now: number): void {
  if (now < clockUnset) return;
  const { sb } = opening.volume.geometry;
  const mounted = join32(sb.s_mtime, sb.s_mtime_hi);
  const written = join32(sb.s_wtime, sb.s_wtime_hi);
  const far = (time: number) => time > now + fudge;
  if (mounted > now)
    report(
      problems['superblock-mount-time-future'],
      superblockPlace(opening, 's_mtime'),
      { stored: mounted },
      far(mounted) ? 0x000031 : 0x00003c,
    );
  if (written > now)
    report(
      problems['superblock-write-time-future'],
      superblockPlace(opening, 's_wtime'),
      { stored: written },
      far(written) ? 0x000032 : 0x00003d,
    );
}

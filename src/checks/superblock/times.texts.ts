/** The texts of the problems in times.ts. */
import { isoTime } from '../../bytes/iso-time';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-mount-time-future': {
    title: 'Last mount lies in the future',
    explain:
      'The file system was mounted on a machine whose clock was ahead of this one, or this clock is behind; a clock set to local time gives a few hours. Only times are wrong. If it is years, s_mtime may have been overwritten.',
    say: (d: { stored: number }) => `s_mtime is ${isoTime(d.stored)}, which is yet to come`,
  },
  'superblock-write-time-future': {
    title: 'Last write lies in the future',
    explain:
      'The superblock was written on a machine whose clock was ahead of this one, or this clock is behind; a clock set to local time gives a few hours. Only times are wrong. If it is years, s_wtime may have been overwritten.',
    say: (d: { stored: number }) => `s_wtime is ${isoTime(d.stored)}, which is yet to come`,
  },
} satisfies ProblemTexts;

/** The texts of the problems in times.ts. */
import { isoTime } from '../../bytes/iso-time';
import type { ProblemTexts } from '../../problem/define';

export const texts = {
  'superblock-mount-time-future': {
    title: 'Time of the last mount is in the future',
    explain:
      'The clock of the machine that mounted the file system was ahead, or the clock of this machine is behind; a hardware clock in local time causes a difference of a few hours. Only times are affected. If the difference is years, s_mtime may have been overwritten.',
    say: (d: { stored: number }) => `s_mtime is ${isoTime(d.stored)}, which is in the future`,
  },
  'superblock-write-time-future': {
    title: 'Time of the last write is in the future',
    explain:
      'The clock of the machine that wrote the superblock was ahead, or the clock of this machine is behind; a hardware clock in local time causes a difference of a few hours. Only times are affected. If the difference is years, s_wtime may have been overwritten.',
    say: (d: { stored: number }) => `s_wtime is ${isoTime(d.stored)}, which is in the future`,
  },
} satisfies ProblemTexts;

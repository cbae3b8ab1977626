/** The sentences for findings of times.ts. */
import { isoTime } from '../../bytes/iso-time';
import type { Sentences } from '../../problem/define';

export const texts = {
  'superblock-mount-time-future': (d: { stored: number }) => `s_mtime is ${isoTime(d.stored)}, which is in the future`,
  'superblock-write-time-future': (d: { stored: number }) => `s_wtime is ${isoTime(d.stored)}, which is in the future`,
} satisfies Sentences;

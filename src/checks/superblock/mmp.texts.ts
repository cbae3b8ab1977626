/** The sentences for findings of mmp.ts. */

import { mmpMagic } from '../../layout/mmp';
import type { Sentences } from '../../problem/define';

export const texts = {
  'mmp-block-location': (d: { stored: number; least: number; most: number }) =>
    `s_mmp_block is ${d.stored}, should be between ${d.least} and ${d.most}`,
  'mmp-block-magic': (d: { stored: number }) =>
    `mmp_magic is 0x${d.stored.toString(16)}, should be 0x${mmpMagic.toString(16)}`,
  'mmp-block-checksum': (d: { stored: number; expected: number }) =>
    `mmp_checksum is ${d.stored}, should be ${d.expected}`,
  'mmp-in-use': (d: { state: string; sequence: number; host: string; time: string }) =>
    `${d.state} (mmp_seq 0x${d.sequence.toString(16)}), last used by host '${d.host}' at ${d.time}`,
} satisfies Sentences;

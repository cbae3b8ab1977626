/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'bmap-range-differs': (d: { from: number; to: number; stored: string; expected: string }) =>
    `blocks ${d.from} to ${d.to} of the image: checksum is ${d.stored}, should be ${d.expected}`,
  'bmap-size-differs': (d: { stored: number; expected: number }) =>
    `it has ${d.stored} bytes, should have ${d.expected}`,
  'bmap-range-unreadable': (d: { from: number; to: number; why: string }) =>
    `blocks ${d.from} to ${d.to} of the image: ${d.why}`,
} satisfies Sentences;

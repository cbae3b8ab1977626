/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export interface AllNul {
  size: number;
}

export interface NulBlocks {
  kind: string;
  size: number;
  at: number;
  length: number;
  nul: number;
}

export const texts = {
  'file-all-nul': (d: AllNul) => `all ${d.size} bytes are NUL`,
  'file-all-nul-suspect': (d: AllNul) =>
    `all ${d.size} bytes are NUL, and other files of the image have lost their data`,
  'file-all-nul-unexplained': (d: AllNul) => `all ${d.size} bytes are NUL, which may be right`,
  'file-nul-blocks': (d: NulBlocks) =>
    `${d.length} bytes at byte ${d.at} are NUL, which is impossible in ${d.kind}; ${d.nul} of its ${d.size} bytes are in such blocks`,
} satisfies Sentences;

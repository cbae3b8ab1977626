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

export interface Empty {
  kind: string;
}

export const texts = {
  'file-all-nul': (d: AllNul & { written?: boolean }) =>
    `all ${d.size} bytes are NUL${d.written === false ? ': no block of the file was ever written' : ''}`,
  'file-all-nul-suspect': (d: AllNul) => `all ${d.size} bytes are NUL, and the image has lost other data`,
  'file-all-nul-unexplained': (d: AllNul) => `all ${d.size} bytes are NUL, which may be right`,
  'file-nul-blocks': (d: NulBlocks) =>
    `${d.length} bytes at byte ${d.at} are NUL, which is impossible in ${d.kind}; ${d.nul} of its ${d.size} bytes are in such blocks`,
  'file-empty': (d: Empty) => `the file is empty, which is impossible for ${d.kind}`,
  'file-empty-suspect': (d: { masks: boolean }) =>
    d.masks ? 'the file is empty, which masks the unit' : 'the file is empty, as are others that must not be',
} satisfies Sentences;

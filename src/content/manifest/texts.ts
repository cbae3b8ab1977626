/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../../problem/define';

export const texts = {
  'manifest-file-missing': (d: { line: number; stoppedAt: string | null }) =>
    `line ${d.line} of the manifest${d.stoppedAt === null ? '' : `; the lookup stopped at ${d.stoppedAt}`}`,
  'manifest-type-differs': (d: { stored: string; expected: string }) =>
    `it is a ${d.stored}, should be a ${d.expected}`,
  'manifest-content-all-nul': (d: { size: number }) => `${d.size} bytes, all of them NUL`,
  'manifest-size-differs': (d: { stored: number; expected: number }) => `${d.stored} bytes, should be ${d.expected}`,
  'manifest-content-differs': (d: { digest: string; stored: string; expected: string }) =>
    `${d.digest} is ${d.stored}, should be ${d.expected}`,
  'manifest-content-unreadable': (d: { why: string }) => d.why,
  'manifest-link-differs': (d: { stored: string; expected: string }) =>
    `it points to '${d.stored}', should point to '${d.expected}'`,
  'manifest-device-differs': (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  'manifest-mode-differs': (d: { stored: string; expected: string }) => `mode is ${d.stored}, should be ${d.expected}`,
  'manifest-owner-differs': (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  'manifest-time-differs': (d: { stored: string; expected: string }) => `${d.stored}, should be ${d.expected}`,
  'manifest-links-differ': (d: { stored: number; expected: number }) => `${d.stored} names, should be ${d.expected}`,
  'manifest-extra-file': (d: { type: string; below: number }) =>
    d.below === 0 ? `a ${d.type}` : `a ${d.type} with ${d.below} more names below it`,
} satisfies Sentences;

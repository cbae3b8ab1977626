/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../problem/define';

const unusable: Readonly<Record<string, string>> = {
  unreadable: 'it, or a directory of its path, is damaged',
  empty: 'its size is 0',
  'all-nul': 'it has a size, but contains only NUL bytes',
  'not-a-file': 'it exists, but is not a regular file',
};

const stopped = (stoppedAt: string | undefined): string =>
  stoppedAt === undefined ? '' : `; lookup stopped at ${stoppedAt}`;

export const texts = {
  'image-read-failed': (d: { message: string }) => d.message,
  'image-changed': () => 'the superblock changed during the check',
  'refused-before-replay': (d: { problems: readonly string[] }) =>
    `on the disk, it has problems that a replay would correct: ${d.problems.join(', ')}`,
  'required-path-missing': (d: { stoppedAt?: string }) => `there is no such path${stopped(d.stoppedAt)}`,
  'required-path-unusable': (d: { state: string; stoppedAt?: string }) =>
    `${unusable[d.state] ?? `it is ${d.state}`}${stopped(d.stoppedAt)}`,
} satisfies Sentences;

/** The image is the journal of a file system on another device. */
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const journalDevice: CauseEntry = {
  id: 'journal-device',
  kind: 'not-a-file-system',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e) => e.count('superblock-journal-device') > 0,
  headline: () => 'it is the external journal of another file system',
  text: () =>
    'The image has a superblock, but of a device that holds only the journal of another ext3 or ext4 file system. It has no files.',
  steps: () => [advice('Check the file system that this journal belongs to.')],
};

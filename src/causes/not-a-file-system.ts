/** The file has no ext2, ext3 or ext4 file system at its start. */

import type { StartFacts } from '../problem/start';
import { splitStep } from '../report/start-steps';
import { startHeadline, startWords } from '../report/start-words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import { stepsOfStart } from './start';

/** What it means that this is in the place of a file system. */
function meaning(start: StartFacts | undefined): string {
  switch (start?.kind) {
    case 'compressed':
      return 'It must be decompressed before it can be checked.';
    case 'archive':
      return 'If the image is in it, extract that first.';
    case 'text':
      return 'The image itself is not there.';
    case 'container':
      return 'A file system in it must be taken out before it can be checked.';
    case 'shifted':
      return (start.startsAt ?? 0) < 0
        ? 'It was not copied from its start.'
        : 'It can be checked where it starts; to be booted or mounted, it must be at the start of the file.';
    case 'zeros':
    case 'empty':
    case undefined:
      return 'If this should be the image of a root file system, it was never written, or its start is lost.';
    default:
      return 'If this should be the image of a root file system, it has another format or was overwritten.';
  }
}

export const notAFileSystem: CauseEntry = {
  id: 'not-a-file-system',
  kind: 'not-a-file-system',
  severity: 'fatal',
  certainty: 'likely',
  holds: (e, found) => e.report.filesystem === null && e.count('superblock-missing') > 0 && found.size === 0,
  headline({ report }) {
    const start = report.foundAtStart;
    return start === undefined ? 'it has no ext2, ext3 or ext4 file system' : `it is ${startHeadline(start)}`;
  },
  text({ report }) {
    const start = report.foundAtStart;
    const what = start === undefined ? '' : ` This is ${startWords(start)}.`;
    return `No superblock of an ext2, ext3 or ext4 file system was found where it must be.${what} ${meaning(start)}`;
  },
  steps(e) {
    const steps = stepsOfStart(e);
    if (steps.length > 0) return steps;
    const { kind } = e.report.foundAtStart ?? {};
    if (kind === 'zeros' || kind === 'empty') return [advice('Make or copy the image again.')];
    const split = splitStep(e.report.image);
    if (split !== null) return [{ text: split.say, commands: split.run, changes: 'copy' }];
    return [{ text: 'See what the file is:', commands: [`file ${e.commands.file}`], changes: 'nothing' }];
  },
};

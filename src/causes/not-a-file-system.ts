/** The file has no ext2, ext3 or ext4 file system at its start. */
import { startHeadline, startWords } from '../report/start-words';
import type { CauseEntry } from './cause';
import { stepsOfStart } from './start';

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
    const written = start !== undefined && start.kind !== 'zeros' && start.kind !== 'empty';
    return `No superblock of an ext2, ext3 or ext4 file system was found where it must be.${what} ${
      written
        ? 'If this should be the image of a root file system, it has another format or was overwritten.'
        : 'If this should be the image of a root file system, it was never written, or its start is lost.'
    }`;
  },
  steps(e) {
    const steps = stepsOfStart(e);
    if (steps.length > 0) return steps;
    return [{ text: 'See what the file is:', commands: [`file ${e.commands.file}`], changes: 'nothing' }];
  },
};

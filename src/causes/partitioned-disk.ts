/** The image is a whole disk; the file systems are in its partitions. */
import type { StartFacts } from '../problem/start';
import { isDisk, startHeadline, startWords } from '../report/start-words';
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { stepsOfStart } from './start';

const diskOf = ({ report }: Evidence): StartFacts | null =>
  report.filesystem === null && report.foundAtStart?.claims === true && isDisk(report.foundAtStart)
    ? report.foundAtStart
    : null;

export const partitionedDisk: CauseEntry = {
  id: 'partitioned-disk',
  kind: 'not-a-file-system',
  severity: 'info',
  certainty: 'certain',
  holds: (e) => diskOf(e) !== null,
  headline: (e) => `it is ${startHeadline(diskOf(e)!)}`,
  text: (e) => `The image is ${startWords(diskOf(e)!)}. A check reads one file system at a time.`,
  steps: (e) => stepsOfStart(e),
};

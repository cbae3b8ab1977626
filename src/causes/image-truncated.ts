/** The image ends before its file system does. */
import type { Step } from '../problem/report';
import { splitStep } from '../report/start-steps';
import { counted, digits, size } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { keepTheOldSystem } from './steps';

/** `4,096 bytes`, `1.5 MiB`. */
const missing = (e: Evidence): string => {
  const bytes = Number(e.data('image-truncated')['missing'] ?? 0);
  return bytes < 1024 * 1024 ? counted(bytes, 'byte') : size(bytes);
};

/** No finding except the size: nothing that is in use is in the missing part. */
const unused = (e: Evidence): boolean => e.keepsAllPaths && e.onlyStructure(new Set(['image-truncated']));

/** A sentence about the partition that the image does not have completely. */
const whereItEnds = ({ report: { partition } }: Evidence): string =>
  partition === undefined ? '' : `The disk image ends inside partition ${partition.number}. `;

/** The first part of a file that was split is truncated, too. */
function joinParts({ report }: Evidence): Step[] {
  const split = splitStep(report.image);
  return split === null ? [] : [{ text: split.say, commands: split.run, changes: 'copy' }];
}

export const imageTruncated: CauseEntry = {
  id: 'image-truncated',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e) => e.count('image-truncated') > 0,
  nothingLost: unused,
  headline: (e) => `${missing(e)} are missing at the end${unused(e) ? '; no file uses them' : ''}`,
  text: (e) =>
    `The image has ${missing(e)} less than the ${digits(e.neededBytes)} bytes that its file system needs, so the kernel does not mount it. ${whereItEnds(e)}It was not copied or downloaded completely, or it was made too small. ${
      unused(e)
        ? 'No file uses the missing part.'
        : e.keepsAllPaths
          ? 'Every path can be read, but tables of the file system are in the missing part.'
          : 'Files and directories in the missing part are lost.'
    }`,
  steps: (e) => [
    ...joinParts(e),
    ...(unused(e) ? [] : keepTheOldSystem),
    advice(
      `Copy or download the image again, and compare its size: it must have ${digits(e.neededBytes)} bytes.${unused(e) ? ' Or add the missing bytes with the next steps.' : ''}`,
    ),
    ...(unused(e) ? e.commands.repair('Add zeros at the end; no file changes by that.', '--extend') : []),
  ],
};

/** The file that holds the file system is truncated, corrupt, or was not closed. */
import { printable } from '../report/printable';
import { stopped } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';

/** What the first of these findings says, as a clause. */
const first = (e: Evidence, id: string): string => {
  const { container, text } = e.data(id);
  return `${String(container)}: ${String(text)}`;
};

export const containerDamaged: CauseEntry = {
  id: 'container-damaged',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.count('container-damaged') > 0,
  headline: (e) => `the file that holds it is damaged (${printable(first(e, 'container-damaged'))})`,
  text: (e) =>
    `The file that holds the file system is damaged: ${stopped(printable(first(e, 'container-damaged')))} What came of the file system was checked; what is missing or wrong in it can have this reason.`,
  steps: () => [
    advice('Copy or download the file again, and compare its checksum with that of the source. Then check it again.'),
  ],
  refusesRepair: () =>
    'The file that holds the file system is damaged: a repair would make the loss permanent. Get the file again first.',
};

export const containerSuspect: CauseEntry = {
  id: 'container-suspect',
  kind: 'sound',
  severity: 'warning',
  certainty: 'certain',
  holds: (e) => e.count('container-suspect') > 0,
  headline: (e) =>
    `${e.isSound ? 'the file system is sound; ' : ''}the file that holds it was not closed, or a table in it is wrong (${printable(first(e, 'container-suspect'))})`,
  text: (e) =>
    `The file that holds the file system reports about itself: ${stopped(printable(first(e, 'container-suspect')))} All bytes of the file system could be read.`,
  steps: () => [
    advice(
      'If a virtual machine or another program uses the file, end it first. Let the tool of the format check the file (qemu-img check, sgdisk --verify), then check it again.',
    ),
  ],
};

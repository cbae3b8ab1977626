/** Damage without a sign of its cause. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import { keepTheOldSystem, repairOf } from './steps';

export const damaged: CauseEntry = {
  id: 'damaged',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e, found) =>
    found.size === 0 &&
    (e.worstOfStructure === 'error' || e.worstOfStructure === 'fatal') &&
    e.report.filesystem !== null,
  headline(e) {
    const { error, fatal } = e.of('structure');
    return `its structure has ${counted(error + fatal, 'error')}${e.keepsAllPaths ? '; no path is lost' : ''}`;
  },
  text: (e) =>
    `The structure of the file system is damaged; what did it cannot be seen from the findings.${
      e.keepsAllPaths ? ' Every path can be read.' : ''
    }`,
  steps: (e) => [
    ...(e.keepsAllPaths
      ? [advice('Do not reboot into this image before it is repaired or made again.')]
      : keepTheOldSystem),
    e.commands.secondOpinion,
    ...repairOf(e),
  ],
};

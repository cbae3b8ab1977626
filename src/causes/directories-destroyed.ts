/** Blocks of directories are destroyed. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { keepTheOldSystem, repairOf } from './steps';

const blocks = (e: Evidence): number =>
  e.count('directory-entry-corrupt', 'directory-block-unreadable', 'directory-hole');

export const directoriesDestroyed: CauseEntry = {
  id: 'directories-destroyed',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e, found) => blocks(e) > 0 && !found.has('uuid-changed') && !found.has('bits-flipped'),
  headline: (e) => `${counted(blocks(e), 'directory block')} ${blocks(e) === 1 ? 'is' : 'are'} destroyed`,
  text: (e) =>
    `${counted(blocks(e), 'directory block')} ${blocks(e) === 1 ? 'is' : 'are'} destroyed; the files and directories in ${blocks(e) === 1 ? 'it' : 'them'} cannot be reached. The kernel reports "Structure needs cleaning".`,
  steps: (e) => [...keepTheOldSystem, e.commands.secondOpinion, ...repairOf(e)],
};

/** Several files claim the same blocks. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { keepTheOldSystem, repairOf } from './steps';

export const sharedBlocks: CauseEntry = {
  id: 'shared-blocks',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.count('file-shares-blocks') > 0,
  headline: () => 'files use the same blocks',
  text(e) {
    const files = e.count('file-shares-blocks');
    return `${counted(files, 'file claims', 'files claim')} blocks that also belong to other files or to metadata; their content cannot be trusted.`;
  },
  steps: (e) => [...keepTheOldSystem, e.commands.secondOpinion, ...repairOf(e)],
};

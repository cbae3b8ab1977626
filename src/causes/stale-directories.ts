/** Names refer to inodes that are not in use: directories and inode tables are of different times. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import { keepTheOldSystem, repairOf } from './steps';

export const staleDirectories: CauseEntry = {
  id: 'stale-directories',
  kind: 'damage',
  severity: 'error',
  certainty: 'likely',
  holds: (e) => e.count('entry-inode-unused') > 0 && e.facts.zeroBlocks === 0,
  headline: () => 'directories and inode tables were not written together',
  text(e) {
    const names = e.count('entry-inode-unused');
    return `${counted(names, 'name')} in directories ${names === 1 ? 'refers' : 'refer'} to deleted or unused inodes: directories and inode tables were not written together. Either the image was copied while it was mounted, or some of its writes were lost.`;
  },
  steps: (e) => [
    ...keepTheOldSystem,
    advice('Make the image again from an unmounted file system.'),
    e.commands.secondOpinion,
    ...repairOf(e),
  ],
};

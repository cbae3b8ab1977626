/** The superblock or the descriptors at the start are destroyed, and a backup was used. */
import type { CauseEntry } from './cause';
import { keepTheOldSystem, repairOf } from './steps';

export const startOverwritten: CauseEntry = {
  id: 'start-overwritten',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e, found) => e.count('superblock-backup-used') > 0 && !found.has('superblock-checksum'),
  nothingLost: (e) => e.keepsAllPaths,
  headline: (e) => `the start of the file system was overwritten${e.keepsAllPaths ? '; no file is lost' : ''}`,
  text(e) {
    const { reason } = e.data('superblock-damaged');
    const why = typeof reason === 'string' ? ` (${reason})` : '';
    const block = e.first('superblock-backup-used')?.block ?? 0;
    const rest = e.keepsAllPaths ? 'All paths can still be read with it.' : 'Some paths are lost as well.';
    return `The start of the file system is destroyed${why}, so the kernel does not mount it. The backup superblock in block ${block} was used for this check. ${rest}`;
  },
  steps: (e) => [...(e.keepsAllPaths ? [] : keepTheOldSystem), ...repairOf(e)],
};

/** The superblock or the descriptors at the start are destroyed, and a backup was used. */
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { keepTheOldSystem, repairOf } from './steps';

/** What was written over it, as a noun phrase: `a partition table (GPT) with 1 partition`, `zeros`; empty if unknown. */
function overwriter({ report: { foundAtStart: start } }: Evidence): string {
  if (start === undefined) return '';
  return start.kind === 'zeros' ? 'zeros' : start.what;
}

export const startOverwritten: CauseEntry = {
  id: 'start-overwritten',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e, found) => e.count('superblock-backup-used') > 0 && !found.has('superblock-checksum'),
  nothingLost: (e) => e.keepsAllPaths,
  headline(e) {
    const by = overwriter(e);
    return `the start of the file system was overwritten${by === '' ? '' : ` with ${by}`}${e.keepsAllPaths ? '; no file is lost' : ''}`;
  },
  text(e) {
    const { reason } = e.data('superblock-damaged');
    const why = typeof reason === 'string' ? ` (${reason})` : '';
    const by = overwriter(e);
    const block = e.first('superblock-backup-used')?.block ?? 0;
    const rest = e.keepsAllPaths
      ? 'All paths can still be read with it.'
      : `${e.losesRoot ? 'The root directory is lost, and all paths with it' : 'Some paths are lost as well'}.`;
    return `The start of the file system ${by === '' ? 'is destroyed' : `was overwritten with ${by}`}${why}, so the kernel does not mount it. The backup superblock in block ${block} was used for this check. ${rest}`;
  },
  steps: (e) => [...(e.keepsAllPaths ? [] : keepTheOldSystem), ...repairOf(e)],
};

/** The kernel recorded errors while the file system was mounted. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { repairOf } from './steps';

/** ` at 2024-01-01T00:00:00Z in ext4_lookup:1789 (EIO, inode 12, block 34)` from the fields of one record; may be empty. */
function recorded(e: Evidence, which: 'first' | 'last'): string {
  const data = e.data('superblock-errors-recorded');
  const value = (name: string): string | null => {
    const found = data[`${which}${name}`];
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const [time, func, line, inode, block] = ['Time', 'Function', 'Line', 'Inode', 'Block'].map(value);
  const details = [
    value('Error'),
    inode === null ? null : `inode ${inode}`,
    block === null ? null : `block ${block}`,
  ].filter((detail) => detail !== null);
  const where = func === null ? '' : ` in ${func}${line === null ? '' : `:${line}`}`;
  return `${time === null ? '' : ` at ${time}`}${where}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

/** `3 errors, the last in ext4_lookup`; `errors` if their number is not recorded. */
function errorsOf(e: Evidence): string {
  const { count } = e.data('superblock-errors-recorded');
  return typeof count === 'number' && count > 0 ? counted(count, 'error') : 'errors';
}

function records(e: Evidence): string {
  const [first, last] = [recorded(e, 'first'), recorded(e, 'last')];
  if (last === '' || last === first) return first === '' ? '' : ` It recorded ${errorsOf(e)}:${first}.`;
  return ` It recorded ${errorsOf(e)}, the first${first}, the last${last}.`;
}

export const errorsRecorded: CauseEntry = {
  id: 'errors-recorded',
  kind: 'damage',
  severity: 'warning',
  certainty: 'certain',
  holds: (e, found) =>
    !found.has('error-flag-alone') &&
    ['superblock-errors-recorded', 'journal-error-recorded'].some((id) => e.first(id)?.severity === 'warning'),
  headline: (e) => `the kernel recorded ${errorsOf(e)} while it was mounted`,
  text: (e) =>
    `The kernel recorded errors while the file system was mounted: its disk failed or was full, or a structure was already damaged.${records(e)} ${
      e.keepsAllPaths
        ? 'No structure is damaged now, but data that was to be written may be missing.'
        : 'What is damaged now may have the same reason.'
    }`,
  steps: (e) => [
    {
      text: 'Look at what was recorded, and in the log of that time for errors of the disk:',
      commands: [`dumpe2fs -h ${e.commands.image}`],
      changes: 'nothing',
    },
    {
      text: 'Read the contents of the files, which a failed write leaves empty:',
      commands: [`extcheck --content ${e.commands.image}`],
      changes: 'nothing',
    },
    advice('If files are missing or empty, make the image again, on another disk if this one reports errors.'),
    ...repairOf(e),
  ],
};

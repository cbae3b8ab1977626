/** The image ends before the parts without which nothing can be checked. */
import { digits } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';

/** Bytes up to the end of the superblock. */
const leastBytes = 2048;

/** Bytes that are there, and bytes that the file system needs; null where the superblock is missing too. */
function sizes(e: Evidence): { size: number; needed: number | null } | null {
  const { size, needed } = e.data('group-descriptors-missing');
  if (typeof size === 'number') return { size, needed: Number(needed) };
  const { size: whole } = e.data('superblock-missing');
  return typeof whole === 'number' && whole > 0 && whole < leastBytes ? { size: whole, needed: null } : null;
}

export const cutOff: CauseEntry = {
  id: 'cut-off',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e, found) => e.report.filesystem === null && found.size === 0 && sizes(e) !== null,
  headline(e) {
    const { size, needed } = sizes(e)!;
    return needed === null
      ? `it has only ${digits(size)} bytes, too few for a file system`
      : `it has only the first ${digits(size)} of ${digits(needed)} bytes`;
  },
  text(e) {
    const { needed } = sizes(e)!;
    return needed === null
      ? 'The image ends before the superblock does. It was not copied or downloaded completely, or it is another file.'
      : 'The image ends before the group descriptors, without which no file can be found. It was not copied or downloaded completely.';
  },
  steps(e) {
    const { needed } = sizes(e)!;
    const size = needed === null ? '' : `: it must have ${digits(needed)} bytes`;
    return [advice(`Copy or download the image again, and compare its size${size}.`)];
  },
};

/** A stored number differs from the right one in a single bit. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { familyOf } from './families';
import { keepTheOldSystem, repairOf } from './steps';

function inOneBit(stored: unknown, expected: unknown): boolean {
  if (typeof stored !== 'number' || typeof expected !== 'number') return false;
  if (!Number.isSafeInteger(stored) || !Number.isSafeInteger(expected)) return false;
  const difference = BigInt(stored) ^ BigInt(expected);
  // a small difference is more likely a wrong count
  return difference >= 4n && (difference & (difference - 1n)) === 0n;
}

/** Findings whose `stored` and `expected` are values of one field. Totals differ in one bit by chance. */
const fields: ReadonlySet<string> = new Set([
  'inode-links-wrong',
  'entry-type-wrong',
  'directory-dot-inode-wrong',
  'directory-dotdot-wrong',
  'extent-index-start-wrong',
  'inode-extra-size-wrong',
  'superblock-inode-count-wrong',
  'superblock-first-data-block',
  'superblock-descriptor-size',
  'htree-limit-wrong',
  'xattr-refcount-wrong',
]);

const serious = (e: Evidence) =>
  e.report.findings.filter(({ id, severity }) => severity !== 'info' && familyOf(id) === 'structure');

export const bitDiffers: CauseEntry = {
  id: 'bit-differs',
  kind: 'damage',
  severity: 'warning',
  certainty: 'possible',
  holds(e, causes) {
    if (causes.size > 0) return false;
    const findings = serious(e);
    return (
      findings.length <= 4 &&
      findings.some(({ id, data }) => fields.has(id) && inOneBit(data?.['stored'], data?.['expected']))
    );
  },
  headline: (e) =>
    `a number in it differs from the right one in a single bit${e.keepsAllPaths ? '; no file is lost' : ''}`,
  text: (e) =>
    `Of ${counted(serious(e).length, 'finding')}, at least one is a number that differs from the right one in a single bit, and nothing else is wrong. Memory or a disk flipped it.`,
  steps: (e) => [
    ...(e.keepsAllPaths ? [] : keepTheOldSystem),
    advice(
      'Copy the image again from its source and compare the checksums. If that repeats, test the memory of the machine.',
    ),
    ...repairOf(e),
  ],
};

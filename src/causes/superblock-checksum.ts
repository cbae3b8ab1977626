/** The checksum of the superblock is wrong, and nothing else. */
import type { CauseEntry } from './cause';
import type { Evidence } from './evidence';
import { repairOf } from './steps';

/** Without a backup the check ends at the superblock. */
const wasChecked = (e: Evidence): boolean => e.report.filesystem !== null;

/** Errors other than those of the superblock. */
function otherErrors(e: Evidence): boolean {
  const { error, fatal } = e.of('structure');
  return error + fatal > e.count('superblock-damaged', 'superblock-unusable');
}

/** The single bit that explains the checksum, as a clause; may be empty. */
function flipped(e: Evidence): string {
  const [, bit] = /^s_checksum is wrong: (.*)$/.exec(String(e.data('superblock-damaged')['reason'] ?? '')) ?? [];
  return bit === undefined ? '' : `${bit}, or the field was changed without renewing the checksum`;
}

export const superblockChecksum: CauseEntry = {
  id: 'superblock-checksum',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'likely',
  holds: (e) =>
    String(e.data('superblock-damaged')['reason'] ?? '').includes('checksum') && e.keepsAllPaths && !otherErrors(e),
  nothingLost: wasChecked,
  headline: (e) =>
    `${flipped(e) === '' ? 'only the checksum of its superblock is wrong' : 'a bit of its superblock is flipped'}${wasChecked(e) ? '; no file is lost' : ''}`,
  text: (e) =>
    `The superblock does not match its checksum, so the kernel does not mount the file system: ${
      flipped(e) || 'a field was changed without renewing the checksum, or a bit of it flipped'
    }. ${
      wasChecked(e)
        ? 'A backup of it was used for this check. Every path can be read.'
        : 'There is no backup of it, so nothing else was checked. Its other fields make sense.'
    }`,
  steps: (e) =>
    wasChecked(e)
      ? repairOf(e)
      : [
          e.commands.onCopy(
            'Renew the checksum on a copy. The next mount then checks the rest:',
            `debugfs -w -n -R dirty ${e.commands.copy}`,
          ),
        ],
};

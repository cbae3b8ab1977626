/** Whether structures of the file system, or errors that the kernel recorded, show that writes were lost. */
import type { ScanFacts } from '../facts/scan';
import type { Opening } from '../volume/open';

/** The function in which the kernel records that it could not write a block of metadata. */
const writeErrorFunction = 'ext4_check_bdev_write_error';

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));

/** `counts` has the number of findings of each problem. */
export function writesWereLost({ volume }: Opening, facts: ScanFacts, counts: ReadonlyMap<string, number>): boolean {
  const { s_first_error_func, s_last_error_func } = volume.geometry.sb;
  return (
    facts.zeroBlocks > 0 ||
    counts.has('journal-error-recorded') ||
    startsWith(s_first_error_func, writeErrorFunction) ||
    startsWith(s_last_error_func, writeErrorFunction)
  );
}

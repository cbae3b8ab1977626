/** The exit status of e2fsck, read as the sum of bits that it is — fsck(8), "EXIT CODE". */
import type { RunResult } from './runner';

export const fsckBits = {
  corrected: 1,
  reboot: 2,
  left: 4,
  operational: 8,
  usage: 16,
  cancelled: 32,
  library: 128,
} as const;

const meanings: readonly (readonly [bit: number, meaning: string])[] = [
  [fsckBits.corrected, 'errors were corrected'],
  [fsckBits.reboot, 'errors were corrected, and a mounted system would have to be rebooted'],
  [fsckBits.left, 'errors are left'],
  [fsckBits.operational, 'it could not do its work'],
  [fsckBits.usage, 'it was called wrongly'],
  [fsckBits.cancelled, 'it was cancelled'],
  [64, 'bit 64 is set, which has no meaning'],
  [fsckBits.library, 'a shared library failed'],
];

/** What came of one run. */
export type FsckEnd =
  | 'clean' // nothing to correct
  | 'corrected' // and nothing left
  | 'left' // it came to its end, and errors are left
  | 'unfinished' // it gave up or crashed on the way, and what it had begun may be half done
  | 'failed'; // it did not come to an end that says anything about the file system

/** Whether a result says that the file system is in order, was brought to order, or neither. */
export function fsckEnd({ status, failure, signal, timedOut }: RunResult): FsckEnd {
  if (failure !== null || signal !== null || status === null || timedOut) return 'failed';
  if ((status & ~(fsckBits.corrected | fsckBits.reboot | fsckBits.left | fsckBits.operational)) !== 0) return 'failed';
  if ((status & fsckBits.operational) !== 0) return 'unfinished';
  if ((status & fsckBits.left) !== 0) return 'left';
  return status === 0 ? 'clean' : 'corrected';
}

/** What e2fsck prints when it is hit by a signal; it ends with status 8 then. */
const crashLine = /^Signal \((\d+)\)/m;

/** Whether it was ended by a mistake of its own, as far as that can be told. */
export const hasCrashed = ({ signal, status, output, timedOut }: RunResult): boolean =>
  !timedOut && (signal !== null || (((status ?? 0) & fsckBits.operational) !== 0 && crashLine.test(output)));

/** The status in words, one for each bit; a signal, the time limit and a failed start likewise. */
export function fsckMeaning({ status, failure, signal, timedOut, output }: RunResult): string[] {
  if (failure !== null) return [`it could not be started: ${failure}`];
  if (timedOut) return ['it did not end within the time limit and was ended'];
  if (signal !== null || status === null) return [`it was ended by ${signal ?? 'a signal'}`];
  if (status === 0) return ['no errors'];
  const crash = crashLine.exec(output);
  if (crash !== null && (status & fsckBits.operational) !== 0) return [`it crashed, by signal ${crash[1]}`];
  // a shell between us and the tool turns a signal into 128 and its number
  if (status > fsckBits.library && status < fsckBits.library + 65)
    return [`it was ended by signal ${status - 128}, or a shared library failed`];
  return meanings.filter(([bit]) => (status & bit) !== 0).map(([, meaning]) => meaning);
}

/** The exit status of e2fsck, a combination of bits — fsck(8), "EXIT CODE". */
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
  [fsckBits.reboot, 'errors were corrected, and a mounted system must be rebooted'],
  [fsckBits.left, 'errors are left'],
  [fsckBits.operational, 'operational error'],
  [fsckBits.usage, 'usage error'],
  [fsckBits.cancelled, 'it was cancelled'],
  [64, 'unknown status bit 64'],
  [fsckBits.library, 'shared library error'],
];

export type FsckEnd =
  | 'clean' // no errors
  | 'corrected' // all errors were corrected
  | 'left' // it finished, and errors are left
  | 'unfinished' // it gave up or crashed, so corrections may be incomplete
  | 'failed'; // its result shows nothing about the file system

/** Whether a run found no errors, corrected them, or neither. */
export function fsckEnd({ status, failure, signal, timedOut }: RunResult): FsckEnd {
  if (failure !== null || signal !== null || status === null || timedOut) return 'failed';
  if ((status & ~(fsckBits.corrected | fsckBits.reboot | fsckBits.left | fsckBits.operational)) !== 0) return 'failed';
  if ((status & fsckBits.operational) !== 0) return 'unfinished';
  if ((status & fsckBits.left) !== 0) return 'left';
  return status === 0 ? 'clean' : 'corrected';
}

/** What e2fsck prints when it receives a fatal signal, after which it exits with status 8. */
const crashLine = /^Signal \((\d+)\)/m;

export const hasCrashed = ({ signal, status, output, timedOut }: RunResult): boolean =>
  !timedOut && (signal !== null || (((status ?? 0) & fsckBits.operational) !== 0 && crashLine.test(output)));

/** The meaning of the status, one clause for each bit; also of a signal, a timeout and a failed start. */
export function fsckMeaning({ status, failure, signal, timedOut, output }: RunResult): string[] {
  if (failure !== null) return [`it could not be started: ${failure}`];
  if (timedOut) return ['it exceeded the time limit and was killed'];
  if (signal !== null || status === null) return [`it was killed by ${signal ?? 'a signal'}`];
  if (status === 0) return ['no errors'];
  const crash = crashLine.exec(output);
  if (crash !== null && (status & fsckBits.operational) !== 0) return [`it crashed with signal ${crash[1]}`];
  // a shell that starts the tool reports a signal as 128 plus its number
  if (status > fsckBits.library && status < fsckBits.library + 65)
    return [`it was killed by signal ${status - 128}, or a shared library error occurred`];
  return meanings.filter(([bit]) => (status & bit) !== 0).map(([, meaning]) => meaning);
}

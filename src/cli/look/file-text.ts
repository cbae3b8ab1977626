/** Facts about a file in the words of ls and stat. */
import { isoTime } from '../../bytes/iso-time';
import type { FileType, Timestamp } from '../../view/stat';

const letters: Readonly<Record<FileType, string>> = {
  file: '-',
  directory: 'd',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
  socket: 's',
  symlink: 'l',
  unknown: '?',
};

/** What stands for type and mode of an inode that cannot be read. */
export const noMode = '?---------';

/** Three characters of a mode. `special` is the letter for setuid, setgid or sticky, if that bit is set. */
function triple(bits: number, special: string): string {
  const executes = (bits & 1) !== 0;
  const last = special === '' ? (executes ? 'x' : '-') : executes ? special : special.toUpperCase();
  return `${(bits & 4) !== 0 ? 'r' : '-'}${(bits & 2) !== 0 ? 'w' : '-'}${last}`;
}

/** Type and permissions as ls shows them: `-rwxr-xr-x`. */
export function modeLetters(type: FileType, mode: number): string {
  const special = (bit: number, letter: string) => ((mode & bit) === 0 ? '' : letter);
  const user = triple((mode >> 6) & 7, special(0o4000, 's'));
  const group = triple((mode >> 3) & 7, special(0o2000, 's'));
  return `${letters[type]}${user}${group}${triple(mode & 7, special(0o1000, 't'))}`;
}

/** The permission bits in octal with a leading 0. */
export const permissions = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;

/** A time with all its digits. */
export const exactTime = ({ seconds, nanoseconds }: Timestamp): string =>
  isoTime(seconds).replace(/Z$/, `.${String(Math.min(nanoseconds, 999_999_999)).padStart(9, '0')}Z`);

/** Distinguishes terminals from files, pipes and the null device. */
import { fs } from '../source/fs';

const { fstatSync, statSync } = fs;

export async function isTerminal(fd: number): Promise<boolean> {
  if (!mayBeTerminal(fd)) return false;
  // Loaded lazily: it loads sockets and streams, which take 2 ms of every start.
  const { isatty } = await import('node:tty');
  return isatty(fd);
}

/** False for anything but a character device, and for the null device of Unix. */
function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
  } catch {
    return false;
  }
}

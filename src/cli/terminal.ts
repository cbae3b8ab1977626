/** Tells terminals from files, pipes and the null device. */
import { fstatSync, statSync } from 'node:fs';

/** Whether the descriptor is a terminal. */
export async function isTerminal(fd: number): Promise<boolean> {
  if (!mayBeTerminal(fd)) return false;
  // Loaded only now: it brings sockets and streams along, 2 ms of every start.
  const { isatty } = await import('node:tty');
  return isatty(fd);
}

/** False for what is surely none: whatever is no character device, and the null device of Unix. */
function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
  } catch {
    return false;
  }
}

/** Lists mounts from /proc/self/mountinfo — proc_pid_mountinfo(5). */
import { fs } from '../source/fs';

export interface Mount {
  /** `major:minor` of the mounted device. */
  device: string;
  mountPoint: string;
  /** Whether the mount or its file system is read-only. */
  readOnly: boolean;
  type: string;
  source: string;
}

/** Blanks and backslashes are written as octal numbers. */
const plain = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const [, , device, , mountPoint, options] = (left ?? '').split(' ');
    const [type, source, superOptions] = (right ?? '').split(' ');
    if (device === undefined || mountPoint === undefined || type === undefined) return [];
    const isReadOnly = (all: string | undefined) => (all ?? '').split(',').includes('ro');
    const readOnly = isReadOnly(options) || isReadOnly(superOptions);
    return [{ device, mountPoint: plain(mountPoint), readOnly, type, source: plain(source ?? '') }];
  });
}

/** All mounts; empty if the system does not list them. */
export function mounts(): Mount[] {
  try {
    return parseMounts(fs.readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return [];
  }
}

/** The mount that a file is on: the innermost mount point above it, the last one if several are stacked. */
export function mountOf(path: string, all: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of all) {
    const folder = mount.mountPoint === '/' ? '/' : `${mount.mountPoint}/`;
    if (!path.startsWith(folder) && path !== mount.mountPoint) continue;
    if (best === undefined || mount.mountPoint.length >= best.mountPoint.length) best = mount;
  }
  return best;
}

/** `major:minor` as Linux packs it into a device number. */
export const deviceName = (device: number): string =>
  `${Math.floor(device / 256) % 4096}:${(device % 256) + (Math.floor(device / 2 ** 20) % 4096) * 256}`;

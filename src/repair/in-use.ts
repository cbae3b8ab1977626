/** Finds the current users of an image: mounts, loop devices, swap, and processes that have it open. */
import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { deviceName, type Mount, mounts } from './mounts';

export interface Users {
  /** Each as a clause: `mounted on /mnt from /dev/loop0`. */
  users: string[];
  /** Number of processes whose open files this user may not list. */
  unseen: number;
}

const orUndefined = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};
const list = (folder: string): string[] => orUndefined(() => readdirSync(folder)) ?? [];
const text = (path: string): string | undefined => orUndefined(() => readFileSync(path, 'utf8').replace(/\n$/, ''));

/** Mount points of a block device and of its partitions. */
function mountedOn(name: string, all: readonly Mount[]): string[] {
  const numbers = [text(`/sys/class/block/${name}/dev`)];
  for (const part of list(`/sys/class/block/${name}`))
    if (part.startsWith(name)) numbers.push(text(`/sys/class/block/${name}/${part}/dev`));
  return all.filter(({ device }) => numbers.includes(device)).map(({ mountPoint }) => mountPoint);
}

/** Loop devices of the file, and where they are mounted. */
function loops(path: string, file: Stats, all: readonly Mount[]): string[] {
  return list('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .flatMap((name) => {
      const stored = text(`/sys/block/${name}/loop/backing_file`);
      if (stored === undefined) return [];
      const backing = stored.replace(/ \(deleted\)$/, '');
      const stats = orUndefined(() => statSync(backing));
      const same = stats !== undefined && stats.dev === file.dev && stats.ino === file.ino;
      // the path may belong to another mount namespace, such as that of an initramfs: compare name and size
      const size = Number(text(`/sys/block/${name}/size`)) * 512;
      const alike = stats === undefined && basename(backing) === basename(path) && size === file.size;
      if (!same && !alike) return [];
      const places = mountedOn(name, all);
      if (places.length === 0) return [`attached to /dev/${name}`];
      return places.map((place) => `mounted on ${place} from /dev/${name}`);
    });
}

/** Users of a block device other than processes that have it open. */
function deviceUsers(file: Stats, all: readonly Mount[]): string[] {
  const folder = `/sys/dev/block/${deviceName(file.rdev)}`;
  const name = basename(orUndefined(() => readlinkSync(folder)) ?? '');
  const users = mountedOn(name, all).map((place) => `mounted on ${place}`);
  for (const part of [folder, ...list(folder).map((entry) => `${folder}/${entry}`)])
    for (const holder of list(`${part}/holders`)) users.push(`part of the device ${holder}`);
  return users;
}

function swaps(file: Stats): string[] {
  return (text('/proc/swaps') ?? '')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const place = line.split(/\s/)[0] ?? '';
      const stats = place === '' ? undefined : orUndefined(() => statSync(place));
      return stats !== undefined && isSame(stats, file) ? [`used as swap space`] : [];
    });
}

function isSame(a: Stats, b: Stats): boolean {
  if (b.isBlockDevice()) return a.isBlockDevice() && a.rdev === b.rdev;
  return a.dev === b.dev && a.ino === b.ino;
}

/** Processes, other than this one, that have the file open. */
function openers(file: Stats): Users {
  const users: string[] = [];
  let unseen = 0;
  for (const pid of list('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    let descriptors: string[];
    try {
      descriptors = readdirSync(`/proc/${pid}/fd`);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EACCES') unseen++;
      continue;
    }
    const opened = descriptors.some((fd) => {
      const stats = orUndefined(() => statSync(`/proc/${pid}/fd/${fd}`));
      return stats !== undefined && isSame(stats, file);
    });
    if (opened) users.push(`open in process ${pid} (${text(`/proc/${pid}/comm`) ?? 'unknown name'})`);
  }
  return { users, unseen };
}

/**
 * All users of the image at `path` (real, without symlinks). Users on another machine that shares the disk are not found.
 * On a system without /proc and /sys the list is empty.
 */
export function usersOf(path: string): Users {
  const file = statSync(path);
  const all = mounts();
  const { users, unseen } = openers(file);
  const kernel = file.isBlockDevice() ? deviceUsers(file, all) : loops(path, file, all);
  return { users: [...kernel, ...swaps(file), ...users], unseen };
}

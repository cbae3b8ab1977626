/** Finds out where an image is mounted: a block device, or a file that a loop device uses. */
import { basename } from 'node:path';
import type { MountFacts } from '../problem/report';
import { deviceName, type Mount, parseMounts } from '../repair/mounts';
import { fs } from '../source/fs';
import type { ImageName } from './image-name';

const { readdirSync, readFileSync, readlinkSync, statSync } = fs;

/** What of the system is read; tests replace it. */
export interface MountSystem {
  /** The text of a file; undefined if it cannot be read. */
  text(path: string): string | undefined;
  /** The names in a folder; none if it cannot be read. */
  list(folder: string): string[];
  /** The target of a symlink; undefined if there is none. */
  link(path: string): string | undefined;
  /** Device and inode number of a file, and its device number if it is a block device; undefined without a file. */
  identity(path: string): { file: string; device: number | null } | undefined;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const realSystem: MountSystem = {
  text: (path) => attempt(() => readFileSync(path, 'utf8')),
  list: (folder) => attempt(() => readdirSync(folder)) ?? [],
  link: (path) => attempt(() => readlinkSync(path)),
  identity: (path) =>
    attempt(() => {
      const stats = statSync(path);
      return { file: `${stats.dev}:${stats.ino}`, device: stats.isBlockDevice() ? stats.rdev : null };
    }),
};

const mountinfo = '/proc/self/mountinfo';

/** Numbers of a disk and of its partitions; at an offset, only of what starts there. */
function numbersOf(name: string, offset: number, system: MountSystem): string[] {
  const folder = `/sys/class/block/${name}`;
  const number = (of: string) => system.text(`${of}/dev`)?.trim() ?? '';
  const parts = system.list(folder).filter((part) => part.startsWith(name));
  const startsThere = (part: string) => Number(system.text(`${folder}/${part}/start`)) * 512 === offset;
  const wanted = offset === 0 ? parts : parts.filter(startsThere);
  return [...(offset === 0 ? [number(folder)] : []), ...wanted.map((part) => number(`${folder}/${part}`))];
}

/** Numbers of the loop devices of a file, and of their partitions. */
function loopNumbers(file: string, offset: number, system: MountSystem): string[] {
  return system
    .list('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .flatMap((name) => {
      const backing = system
        .text(`/sys/block/${name}/loop/backing_file`)
        ?.replace(/\n$/, '')
        .replace(/ \(deleted\)$/, '');
      if (backing === undefined || system.identity(backing)?.file !== file) return [];
      const from = Number(system.text(`/sys/block/${name}/loop/offset`) ?? 0);
      // without an offset, whatever of the file is mounted can change it
      if (offset === 0) return numbersOf(name, 0, system);
      return offset < from ? [] : numbersOf(name, offset - from, system);
    });
}

/** Where the image is mounted, each place once; empty if it is not, or if the system does not say. */
export function mountsOf({ path, offset }: Pick<ImageName, 'path' | 'offset'>, system = realSystem): MountFacts[] {
  const identity = system.identity(path);
  if (identity === undefined) return [];
  const mounts = parseMounts(system.text(mountinfo) ?? '');
  let numbers: string[];
  if (identity.device === null) numbers = loopNumbers(identity.file, offset, system);
  else {
    const own = deviceName(identity.device);
    const name = basename(system.link(`/sys/dev/block/${own}`) ?? '');
    numbers = [...(offset === 0 ? [own] : []), ...(name === '' ? [] : numbersOf(name, offset, system))];
  }
  const found = new Map<string, Mount>();
  for (const mount of mounts) if (numbers.includes(mount.device)) found.set(mount.mountPoint, mount);
  return [...found.values()].map(({ mountPoint, readOnly }) => ({ mountPoint, readOnly }));
}

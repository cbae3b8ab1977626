/** The file or device to repair, and whether a repair may change it. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { isAbsolute } from 'node:path';
import { listed } from '../report/words';
import { reason } from '../source/file';
import { usersOf } from './in-use';
import { Refusal } from './refusal';

/** Shows whether a file is still the one that was checked. */
export interface Identity {
  dev: number;
  ino: number;
  /** Of a device; 0 for a file. */
  rdev: number;
  /** Bytes; 0 for a device. */
  size: number;
  /** Milliseconds since 1970. */
  mtime: number;
  links: number;
}

export interface Target {
  /** As the caller named it. */
  named: string;
  /** Absolute and without symlinks. */
  path: string;
  /** Where the file system starts in it, in bytes. */
  offset: number;
  device: boolean;
  identity: Identity;
  /** Notes for the report, such as symlinks that were followed. */
  notes: string[];
}

const identityOf = (stats: Stats): Identity => ({
  dev: stats.dev,
  ino: stats.ino,
  rdev: stats.isBlockDevice() ? stats.rdev : 0,
  size: stats.size,
  mtime: stats.mtimeMs,
  links: stats.nlink,
});

/** What to do about a name that is not text, which Node does not pass on unchanged. */
const notUtf8 = (...names: readonly string[]): string =>
  names.some((name) => name.includes('\ufffd'))
    ? ' Its name, or that of a folder, is not valid UTF-8, and only such names can be used: rename it.'
    : '';

/** @throws Refusal if there is no file or block device with that name */
export function findTarget(named: string, offset: number): Target {
  let path = '';
  let stats: Stats;
  let isLink: boolean;
  try {
    isLink = lstatSync(named).isSymbolicLink();
    path = realpathSync(named);
    stats = statSync(path);
  } catch (error) {
    throw new Refusal(
      `${named} cannot be found: ${reason(error)}.${notUtf8(named, path, isAbsolute(named) ? '' : process.cwd())}`,
    );
  }
  if (!stats.isFile() && !stats.isBlockDevice()) throw new Refusal(`${named} is neither a file nor a block device.`);
  const notes = isLink ? [`${named} is a symlink; its target, ${path}, is repaired.`] : [];
  return { named, path, offset, device: stats.isBlockDevice(), identity: identityOf(stats), notes };
}

/** Updates the identity after leftovers are removed: one of them may have been a hard link of the image. */
export function updateIdentity(target: Target): void {
  target.identity = identityOf(statSync(target.path));
}

/** @throws Refusal for kinds of image that cannot be repaired directly */
export function requireKind(target: Target, inPlace: boolean, backup: string | undefined): void {
  const { path, device, identity } = target;
  if (device && !inPlace)
    throw new Refusal(
      `${path} is a block device, which can only be repaired in place. Use --in-place, and --backup DIR for a copy of its content on another disk.`,
    );
  if (device && backup === undefined)
    throw new Refusal(`${path} is a block device: use --backup DIR for a copy of its content.`);
  if (!device && inPlace)
    throw new Refusal(`${path} is a file, which is replaced and never repaired in place. Omit --in-place.`);
  if (!device && identity.links > 1)
    throw new Refusal(
      `${path} has ${identity.links} names (hard links). A repair replaces one name, and the others would still refer to the damaged file. Make a copy with this name first: cp --sparse=always, then mv.`,
    );
  if (isCompressed(path))
    throw new Refusal(`${path} is compressed with gzip. Unpack it, repair the image, and pack it again.`);
}

function isCompressed(path: string): boolean {
  const magic = new Uint8Array(2);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    closeSync(fd);
  }
}

/** Returns notes about what could not be checked. @throws Refusal if the image is in use */
export function requireUnused(target: Target): string[] {
  const { users, unseen } = usersOf(target.path);
  if (users.length > 0)
    throw new Refusal(
      `${target.path} is in use: it is ${listed(users.slice(0, 8))}. A repair would destroy data. Unmount it, or end the processes that have it open, and try again.`,
    );
  if (unseen === 0) return [];
  return [
    `${unseen} processes of other users could not be checked for whether they have the image open; only root can do that.`,
  ];
}

/** @throws Refusal if the file was replaced or written to since it was checked */
export function requireUnchanged(target: Target, names = target.identity.links): void {
  const now = identityOf(lstatSync(target.path));
  const { dev, ino, rdev, size, mtime } = target.identity;
  if (
    now.dev === dev &&
    now.ino === ino &&
    now.rdev === rdev &&
    now.size === size &&
    now.mtime === mtime &&
    now.links === names
  )
    return;
  throw new Refusal(
    `Another program changed ${target.path}. The repair was stopped and did not change it; start again.`,
  );
}

/** Images that repairs of this process hold open. */
const held = new Set<string>();

/**
 * Opens the image for the time of a repair: no other file gets its inode number meanwhile, and other repairs see that it is
 * in use. Returns a function that closes it.
 * @throws Refusal if it was replaced, or another repair of this process has it open
 */
export function holdImage({ path, identity: { dev, ino } }: Target): () => void {
  const key = `${dev}:${ino}`;
  if (held.has(key))
    throw new Refusal(`Another repair of this image is running: process ${process.pid}. Wait until it ends.`);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = fstatSync(fd);
  if (stats.dev !== dev || stats.ino !== ino) {
    closeSync(fd);
    throw new Refusal(`Another program replaced ${path}. It was left unchanged; start again.`);
  }
  held.add(key);
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    held.delete(key);
    closeSync(fd);
  };
}

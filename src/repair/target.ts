/** What is to be repaired: the real file behind the name, and whether a repair may touch it at all. */
import { closeSync, lstatSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { listed } from '../report/words';
import { reason } from '../source/file';
import { usersOf } from './in-use';
import { Refusal } from './refusal';

/** What tells whether a file is still the one that was looked at. */
export interface Identity {
  dev: number;
  ino: number;
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
  /** Worth telling: symlinks that were followed. */
  notes: string[];
}

const identityOf = (stats: Stats): Identity => ({
  dev: stats.dev,
  ino: stats.ino,
  size: stats.size,
  mtime: stats.mtimeMs,
  links: stats.nlink,
});

/** @throws Refusal when there is nothing of that name that could be repaired */
export function findTarget(named: string, offset: number): Target {
  let path: string;
  let stats: Stats;
  let isLink: boolean;
  try {
    isLink = lstatSync(named).isSymbolicLink();
    path = realpathSync(named);
    stats = statSync(path);
  } catch (error) {
    throw new Refusal(`${named} cannot be found: ${reason(error)}.`);
  }
  if (!stats.isFile() && !stats.isBlockDevice())
    throw new Refusal(`${named} is neither a file nor a block device, so there is no image in it.`);
  const notes = isLink ? [`${named} is a symlink; what it leads to, ${path}, is what is repaired.`] : [];
  return { named, path, offset, device: stats.isBlockDevice(), identity: identityOf(stats), notes };
}

/** Looks at the file anew, once what an earlier repair left is gone: a kept original may have been a second name of it. */
export function lookAgain(target: Target): void {
  target.identity = identityOf(statSync(target.path));
}

/** @throws Refusal for kinds of image that are not repaired as they are */
export function requireKind(target: Target, inPlace: boolean, backup: string | undefined): void {
  const { path, device, identity } = target;
  if (device && !inPlace)
    throw new Refusal(
      `${path} is a block device: it cannot be replaced, only written to in place. Say --in-place and, with --backup DIR, where a copy of all of it may be kept, on another disk.`,
    );
  if (device && backup === undefined)
    throw new Refusal(`${path} is a block device: say with --backup DIR where a copy of all of it may be kept.`);
  if (!device && inPlace)
    throw new Refusal(
      `${path} is a file; files are never written to in place, but replaced as a whole. Leave out --in-place.`,
    );
  if (!device && identity.links > 1)
    throw new Refusal(
      `${path} has ${identity.links} names (hard links). A repair gives one name a new file, and the others would go on leading to the damaged one. Make a copy of it under this name first: cp --sparse=always, then mv.`,
    );
  if (isCompressed(path))
    throw new Refusal(`${path} is compressed with gzip. Unpack it, repair what comes out, and pack that again.`);
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

/** @throws Refusal when somebody uses the image now. Returns what could not be looked into. */
export function requireUnused(target: Target): string[] {
  const { users, unseen } = usersOf(target.path);
  if (users.length > 0)
    throw new Refusal(
      `${target.path} is in use: it is ${listed(users.slice(0, 8))}. A repair under it would destroy data. Unmount it, or close what has it open, and try again.`,
    );
  if (unseen === 0) return [];
  return [`Whether one of ${unseen} processes of other users has the image open could not be seen; root can see it.`];
}

/** @throws Refusal when the file is not the one any more that was looked at, or was written to since */
export function requireUnchanged(target: Target, names = target.identity.links): void {
  const now = identityOf(statSync(target.path));
  const { dev, ino, size, mtime } = target.identity;
  if (now.dev === dev && now.ino === ino && now.size === size && now.mtime === mtime && now.links === names) return;
  throw new Refusal(
    `${target.path} was changed by somebody else while it was looked at. Nothing was done to it; start again.`,
  );
}

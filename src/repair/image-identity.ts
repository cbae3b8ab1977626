/** What a record or a state is about: the file or device, its size, its file system, and the disk under a device. */
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { uuidText } from '../bytes/uuid';
import { openFile } from '../source/file';
import { deviceName } from './mounts';
import type { Target } from './target';

/** Shows whether an image is the one that was repaired. */
export interface ImageIdentity {
  /** Inode number of the image; of a device, of its name in /dev. */
  inode: number;
  /** Bytes. */
  size: number;
  /** Where the file system starts in it, in bytes. */
  offset: number;
  /** UUID of the file system; null where its primary superblock has none. */
  uuid: string | null;
  /** Of a device: facts that distinguish its disk, such as a serial number; empty if the system has none. */
  disk: Record<string, string>;
}

const superblockAt = 1024;
const magicAt = 0x38;
const uuidAt = 0x68;

/** The UUID in the primary superblock of a file; null if there is none. */
function uuidIn(path: string, offset: number): string | null {
  const bytes = new Uint8Array(0x78);
  const fd = openSync(path, 'r');
  try {
    if (readSync(fd, bytes, 0, bytes.length, offset + superblockAt) < bytes.length) return null;
  } finally {
    closeSync(fd);
  }
  if (bytes[magicAt] !== 0x53 || bytes[magicAt + 1] !== 0xef) return null;
  const uuid = bytes.subarray(uuidAt, uuidAt + 16);
  return uuid.every((byte) => byte === 0) ? null : uuidText(uuid);
}

/** Files under /sys that identify a disk, relative to its folder. */
const diskFiles = [
  'dm/uuid',
  'md/uuid',
  'serial',
  'wwid',
  'uuid',
  'device/serial',
  'device/wwid',
  'device/cid',
  'loop/offset',
  'loop/sizelimit',
];

const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** Facts about the disk of a block device and, for a partition, where it starts. */
export function diskOf(path: string): Record<string, string> {
  const facts: Record<string, string> = {};
  try {
    const { rdev } = statSync(path);
    const device = realpathSync(`/sys/dev/block/${deviceName(rdev)}`);
    const isPartition = text(join(device, 'partition')) !== '';
    const disk = isPartition ? dirname(device) : device;
    for (const name of diskFiles) if (text(join(disk, name)) !== '') facts[name] = text(join(disk, name));
    if (isPartition) facts['start'] = text(join(device, 'start'));
    const backing = text(join(disk, 'loop/backing_file'));
    if (backing !== '') facts['file'] = `${backing} (inode ${statSync(backing, { throwIfNoEntry: false })?.ino})`;
  } catch {
    // a system without /sys
  }
  return facts;
}

/** What the image is now. */
export function identify(
  { path, device, identity }: Pick<Target, 'path' | 'device' | 'identity'>,
  offset: number,
): ImageIdentity {
  const { source } = openFile(path);
  source.close?.();
  return {
    inode: identity.ino,
    size: source.size,
    offset,
    uuid: uuidIn(path, offset),
    disk: device ? diskOf(path) : {},
  };
}

/** How an image differs from the one that a record is of, as a clause; null if nothing shows that it is another one. */
export function differenceOf(now: ImageIdentity, was: ImageIdentity): string | null {
  if (now.size !== was.size) return `it has ${now.size} bytes, not ${was.size}`;
  for (const [name, value] of Object.entries(was.disk)) {
    const present = now.disk[name];
    if (present !== value) return `it is on another disk (${name} ${present ?? 'unknown'}, not ${value})`;
  }
  if (now.uuid === was.uuid) return null;
  // an e2fsck that was killed may leave a superblock that cannot be read
  const sure = Object.keys(was.disk).some((name) => !name.startsWith('loop/') && name !== 'start');
  if (sure && (now.uuid === null || was.uuid === null)) return null;
  return `its file system has the UUID ${now.uuid ?? 'none'}, not ${was.uuid ?? 'none'}`;
}

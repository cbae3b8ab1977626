/** One inode: the record that the readers of the view use, and the public facts about a file. */
import type { Field } from '../bytes/field';
import { direntType, fileType, inode, inodeFlags, oldInodeSize } from '../layout/inode';
import type { Geometry } from '../volume/geometry';
import type { Groups } from '../volume/groups';
import { readInode } from '../volume/inode-at';
import { inodeChecksumGood } from '../volume/inode-checksum';
import { blockCountOf, inodeSizeOf } from '../volume/inode-fields';
import type { Soon, Volume } from '../volume/volume';
import { ImageError } from './error';

/** `unknown`: a type that does not exist, or a directory entry without a type. */
export type FileType =
  | 'file'
  | 'directory'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  | 'socket'
  | 'symlink'
  | 'unknown';

/** In the order of the numbers in directory entries. */
const types: readonly FileType[] = [
  'unknown',
  'file',
  'directory',
  'character-device',
  'block-device',
  'fifo',
  'socket',
  'symlink',
];

/** The type for the number in a directory entry. */
export const typeOfEntry = (stored: number): FileType => types[stored] ?? 'unknown';

/** A time stamp. Inodes of 128 bytes keep whole seconds from 1901 to 2038; larger ones reach 2446. */
export interface Timestamp {
  /** Since 1970-01-01 UTC; negative before. */
  seconds: number;
  /** As stored: a damaged inode may give up to 2^30 - 1. */
  nanoseconds: number;
}

/** Facts about a file from its inode; JSON-safe data. */
export interface FileStat {
  inode: number;
  type: FileType;
  /** The type bits and the twelve permission bits. */
  mode: number;
  links: number;
  uid: number;
  gid: number;
  /** Bytes; a damaged inode's size is not corrected, and sizes of 2^53 or more are not exact. */
  size: number;
  /** Disk space in use, in units of 512 bytes. */
  sectors: number;
  accessed: Timestamp;
  modified: Timestamp;
  changed: Timestamp;
  /** Null where the inode has no such field. */
  created: Timestamp | null;
  /** `i_flags` as stored. */
  flags: number;
  generation: number;
  /** For character and block devices, otherwise null. */
  device: { major: number; minor: number } | null;
  /** Whether the inode's checksum is right; true where the format has none. */
  checksumGood: boolean;
}

/** An inode in memory, with what every reader of the view needs. */
export interface InodeRecord {
  readonly ino: number;
  /** The path by which it was found, if any. */
  readonly path: string | undefined;
  /** The inode's bytes. */
  readonly view: DataView;
  readonly type: FileType;
  readonly flags: number;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
}

/** The place in errors about a record. */
export const placeOf = (record: InodeRecord) => ({ path: record.path, inode: record.ino });

/**
 * An inode, used or not; synchronous if its block is cached, because a promise takes longer than everything else here.
 * Throws or rejects.
 * @throws ImageError `damaged` when the number does not exist, `unreadable`
 */
export function inodeRecord(volume: Volume, groups: Groups, ino: number, path?: string): Soon<InodeRecord> {
  const { geometry } = volume;
  if (!Number.isInteger(ino) || ino < 1 || ino > geometry.inodesCount)
    throw new ImageError('damaged', `inode ${ino} does not exist`, { path, inode: ino });
  const view = readInode(volume, groups, ino);
  return view instanceof Promise
    ? view.then((view) => recordOf(geometry, view, ino, path))
    : recordOf(geometry, view, ino, path);
}

export const loadInode = async (volume: Volume, groups: Groups, ino: number, path?: string): Promise<InodeRecord> =>
  inodeRecord(volume, groups, ino, path);

function recordOf(geometry: Geometry, view: DataView | null, ino: number, path: string | undefined): InodeRecord {
  if (view === null) throw new ImageError('unreadable', `inode ${ino} cannot be read`, { path, inode: ino });
  const type = typeOfEntry(direntType(inode.i_mode(view, 0)));
  // in directories without large_dir and in symlinks the high half of the size was another field
  const wide = type === 'file' || geometry.features.large_dir;
  return {
    ino,
    path,
    view,
    type,
    flags: inode.i_flags(view, 0),
    links: inode.i_links_count(view, 0),
    size: wide ? inodeSizeOf(view, 0) : inode.i_size_lo(view, 0),
  };
}

/** Throws for an unused inode. @throws ImageError `deleted` */
export function requireUsed(record: InodeRecord): void {
  if (record.links === 0) throw new ImageError('deleted', `inode ${record.ino} is not in use`, placeOf(record));
}

/** Whether a field after the first 128 bytes exists in this inode. */
function hasExtra(geometry: Geometry, view: DataView, field: Field): boolean {
  if (geometry.inodeSize === oldInodeSize) return false;
  const end = field.offset + field.bytes;
  return end <= geometry.inodeSize && end <= oldInodeSize + inode.i_extra_isize(view, 0);
}

/** Extra words hold nanoseconds, and in the low two bits the part of the seconds beyond 2038. */
function timestamp(geometry: Geometry, view: DataView, seconds: Field, extra: Field): Timestamp {
  const signed = seconds(view, 0) | 0;
  if (!hasExtra(geometry, view, extra)) return { seconds: signed, nanoseconds: 0 };
  const word = extra(view, 0);
  return { seconds: signed + (word & 3) * 4294967296, nanoseconds: word >>> 2 };
}

/**
 * The device of a character or block device; null for other types. Numbers that fit into 8 bits each may be in the
 * first word, larger ones are in the second.
 */
export function deviceOf({ type, view }: InodeRecord): { major: number; minor: number } | null {
  if (type !== 'character-device' && type !== 'block-device') return null;
  const at = inode.i_block.offset;
  const old = view.getUint32(at, true);
  if (old !== 0) return { major: (old >>> 8) & 0xff, minor: old & 0xff };
  const wide = view.getUint32(at + 4, true);
  return { major: (wide >>> 8) & 0xfff, minor: (wide & 0xff) | ((wide >>> 12) & 0xfff00) };
}

export const uidOf = ({ view }: InodeRecord): number => inode.i_uid(view, 0) + inode.i_uid_high(view, 0) * 65536;
export const gidOf = ({ view }: InodeRecord): number => inode.i_gid(view, 0) + inode.i_gid_high(view, 0) * 65536;

export const modifiedOf = (geometry: Geometry, { view }: InodeRecord): Timestamp =>
  timestamp(geometry, view, inode.i_mtime, inode.i_mtime_extra);

export function statOf(geometry: Geometry, record: InodeRecord): FileStat {
  const { view, type } = record;
  const count = blockCountOf(geometry, view, 0);
  const inBlocks = geometry.features.huge_file && (record.flags & inodeFlags.HUGE_FILE) !== 0;
  return {
    inode: record.ino,
    type,
    mode: inode.i_mode(view, 0) & (fileType.MASK | 0o7777),
    links: record.links,
    uid: uidOf(record),
    gid: gidOf(record),
    size: record.size,
    sectors: inBlocks ? count * (geometry.blockSize / 512) : count,
    accessed: timestamp(geometry, view, inode.i_atime, inode.i_atime_extra),
    modified: modifiedOf(geometry, record),
    changed: timestamp(geometry, view, inode.i_ctime, inode.i_ctime_extra),
    created: hasExtra(geometry, view, inode.i_crtime)
      ? timestamp(geometry, view, inode.i_crtime, inode.i_crtime_extra)
      : null,
    flags: record.flags,
    generation: inode.i_generation(view, 0),
    device: deviceOf(record),
    checksumGood: !geometry.features.metadata_csum || inodeChecksumGood(geometry, view, 0, record.ino),
  };
}

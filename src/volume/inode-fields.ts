/** Values of an inode that depend on the file system's features. */
import { join32 } from '../bytes/field';
import { fileType, inode } from '../layout/inode';
import { creatorHurd, creatorLinux } from '../layout/superblock';
import type { Geometry } from './geometry';

export const inodeSizeOf = (view: DataView, at: number): number =>
  join32(inode.i_size_lo(view, at), inode.i_size_high(view, at));

export const xattrBlockOf = (geometry: Geometry, view: DataView, at: number): number =>
  join32(inode.i_file_acl_lo(view, at), geometry.features['64bit'] ? inode.i_file_acl_high(view, at) : 0);

/** The stored block count: sectors of 512 bytes, or file system blocks where HUGE_FILE is set. */
export const blockCountOf = (geometry: Geometry, view: DataView, at: number): number =>
  join32(inode.i_blocks_lo(view, at), geometry.features.huge_file ? inode.i_blocks_high(view, at) : 0);

/** Whether the creator is Linux: for e2fsck, only then do block numbers have Linux's high halves. */
export const isLinux = (geometry: Geometry): boolean => geometry.sb.s_creator_os === creatorLinux;

export const isHurd = (geometry: Geometry): boolean => geometry.sb.s_creator_os === creatorHurd;

/** Block of the translator, the program that the Hurd starts for the inode, in Linux's version field; 0 for none. */
export const translatorOf = (geometry: Geometry, view: DataView, at: number): number =>
  isHurd(geometry) ? inode.i_version(view, at) : 0;

/** Smallest target length, in bytes, that does not fit into the inode. */
export const fastSymlinkLimit = 60;

/** Whether the inode is a symlink whose target is in `i_block`. */
export function isFastSymlink(view: DataView, at: number): boolean {
  const size = inodeSizeOf(view, at);
  return (inode.i_mode(view, at) & fileType.MASK) === fileType.SYMLINK && size > 0 && size < fastSymlinkLimit;
}

/** A mode as ls and stat write it: octal with a leading 0. */
export const modeText = (mode: number): string => `0${mode.toString(8)}`;

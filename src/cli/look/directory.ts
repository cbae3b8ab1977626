/** The names in a directory of an image, in the order of their bytes. */

import type { DirEntry } from '../../view/directory';
import { ImageError } from '../../view/error';
import type { OpenedImage } from '../../view/opened-image';
import { type InodeRecord, loadInode, requireUsed } from '../../view/stat';
import { whyOf } from './file-word';

/** Names that are sorted together; a directory with more is sorted in parts of this size. */
const maxSorted = 2 ** 20;

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

const inOrder = (entries: DirEntry[]): DirEntry[] => entries.sort((a, b) => compareBytes(a.rawName, b.rawName));

/** Why names of a directory may be missing, or it cannot be read at all. */
export type OnLost = (why: string) => void;

/** Batches of sorted names, nearly always one. Never throws for a damaged directory, but calls `onLost`. */
export async function* sortedNames(
  view: OpenedImage,
  directory: number,
  path: string,
  onLost: OnLost,
): AsyncGenerator<DirEntry[], void, undefined> {
  let batch: DirEntry[] = [];
  try {
    const names = view.readdir(directory);
    for await (const entry of names) {
      if (batch.push(entry) < maxSorted) continue;
      yield inOrder(batch);
      batch = [];
    }
    if (names.partial) onLost('parts of this directory are damaged or lost: names may be missing');
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    onLost(whyOf(error, path));
  }
  if (batch.length > 0) yield inOrder(batch);
}

/** The inode of a name, or why there is none. */
export async function inodeOf(view: OpenedImage, ino: number, path: string): Promise<InodeRecord | string> {
  try {
    const record = await loadInode(view.volume, view.groups, ino, path);
    requireUsed(record);
    return record;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return whyOf(error, path);
  }
}

/** Copies of an image that take no more room than they must, made only where there is enough of it. */
import { statfsSync } from 'node:fs';
import { size } from '../report/words';
import { reason } from '../source/file';
import type { Files } from './files';
import { Refusal } from './refusal';
import { eachPiece, eachStretch, type Survey } from './survey';

/** The unit in which space is taken in a folder, in bytes: a power of two from 4 KiB to 1 MiB. */
export function blockOf(folder: string): number {
  const { bsize } = statfsSync(folder);
  let block = 4096;
  while (block < bsize && block < 2 ** 20) block *= 2;
  return block;
}

/** Room that e2fsck may take in a copy of an image of this many bytes, for blocks it writes into holes. */
export const repairRoom = (imageBytes: number): number => Math.max(2 ** 20, Math.ceil(imageBytes / 32));

/** @throws Refusal when a folder's file system has not this many bytes left */
export function requireRoom(folder: string, bytes: number, what: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const left = bavail * bsize;
  if (left >= bytes) return;
  throw new Refusal(
    `There is not enough room in ${folder}: ${what} takes ${size(bytes)}, and ${size(left)} are left. Make room, or name another folder with --work DIR or --backup DIR.`,
  );
}

/**
 * Copies the file `from` to the new file `to` in `folder`: sharing blocks where the file system can, else without its
 * zeros. Space for the bytes that are written and for `extra` more is checked before the first one. Does not sync.
 * Returns how it was made.
 * @throws Refusal when there is no room
 */
export async function copyImage(
  files: Files,
  from: string,
  to: string,
  known: Survey,
  options: { folder: string; what: string; extra: number; signal?: AbortSignal | undefined },
): Promise<'reflink' | 'sparse'> {
  const { folder, what, extra, signal } = options;
  if (files.clone(from, to)) {
    requireRoom(folder, extra, what);
    return 'reflink';
  }
  requireRoom(folder, known.dataBytes + extra, what);
  const block = blockOf(folder);
  const fd = files.open(to);
  try {
    files.resize(fd, known.size);
    await eachPiece(
      from,
      (piece, at) => eachStretch(piece, block, (bytes, offset) => files.write(fd, bytes, at + offset)),
      signal,
    );
  } catch (error) {
    if (signal?.aborted || error instanceof Refusal) throw error;
    throw new Refusal(`${what} cannot be written in ${folder}: ${reason(error)}.`);
  } finally {
    files.close(fd);
  }
  return 'sparse';
}

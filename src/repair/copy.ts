/** Copies an image with as little space as possible, after checking that there is enough. */
import { statfsSync } from 'node:fs';
import { size } from '../report/words';
import { reason } from '../source/file';
import type { Files } from './files';
import { Refusal } from './refusal';
import { eachPiece, eachStretch, type Survey } from './survey';

/** The unit in which a folder's file system allocates space, in bytes: a power of two from 4 KiB to 1 MiB. */
export function blockOf(folder: string): number {
  const { bsize } = statfsSync(folder);
  let block = 4096;
  while (block < bsize && block < 2 ** 20) block *= 2;
  return block;
}

/** Space that e2fsck may need in a copy of an image, for blocks that it writes into holes; in bytes. */
export const repairRoom = (imageBytes: number): number => Math.max(2 ** 20, Math.ceil(imageBytes / 32));

/** @throws Refusal if a folder's file system has fewer bytes left */
export function requireRoom(folder: string, bytes: number, what: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const left = bavail * bsize;
  if (left >= bytes) return;
  throw new Refusal(
    `There is not enough space in ${folder}: ${what} needs ${size(bytes)}, and ${size(left)} are left. Free some space, or use another folder with --work DIR or --backup DIR.`,
  );
}

/**
 * Copies the file `from` to the new file `to` in `folder`: with shared blocks if the file system supports it, otherwise
 * without its zeros. Checks before that there is space for the copy and `extra` more bytes. Does not sync. Returns the method.
 * @throws Refusal if there is not enough space
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
    throw new Refusal(`${what} cannot be written to ${folder}: ${reason(error)}.`);
  } finally {
    files.close(fd);
  }
  return 'sparse';
}

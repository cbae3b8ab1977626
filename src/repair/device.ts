/** Repairs a block device where it stands, with all of it kept elsewhere first, and puts it back when that fails. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './files';
import { eachPiece, sha256Of } from './survey';

/** Bytes compared, and written where they differ. */
const unit = 64 * 1024;

/**
 * Writes the content of `backup` to `device` wherever it differs, waits until it is on disk, and reads it back.
 * Returns whether it reads as `sha256` says.
 */
export async function putBack(files: Files, backup: string, device: string, sha256: string): Promise<boolean> {
  const reading = openSync(device, 'r');
  const writing = files.open(device, true);
  const there = new Uint8Array(unit);
  try {
    await eachPiece(backup, (piece, at) => {
      for (let from = 0; from < piece.length; from += unit) {
        const wanted = piece.subarray(from, from + unit);
        const got = readSync(reading, there, 0, wanted.length, at + from);
        if (got === wanted.length && Buffer.compare(there.subarray(0, got), wanted) === 0) continue;
        files.write(writing, wanted, at + from);
      }
    });
  } finally {
    files.close(writing);
    closeSync(reading);
  }
  files.sync(device);
  return (await sha256Of(device)) === sha256;
}

/** Where e2fsck saves what it overwrites on a device; each of its runs adds a number. */
export const undoFileOf = (backup: string): string => join(`${backup}.e2undo`);

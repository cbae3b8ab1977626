/** Restores the content of a block device from its backup. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Files } from './files';
import { eachPiece, sha256Of } from './survey';

/** Bytes that are compared at once, and written if they differ. */
const unit = 64 * 1024;

/**
 * Writes the content of `backup` to `device` wherever it differs, syncs it, and reads it back. Returns whether its hash is
 * `sha256`.
 */
export async function restoreDevice(files: Files, backup: string, device: string, sha256: string): Promise<boolean> {
  const reading = openSync(device, 'r');
  const writing = files.open(device, true);
  const present = new Uint8Array(unit);
  try {
    await eachPiece(backup, (piece, at) => {
      for (let from = 0; from < piece.length; from += unit) {
        const wanted = piece.subarray(from, from + unit);
        const got = readSync(reading, present, 0, wanted.length, at + from);
        if (got === wanted.length && Buffer.compare(present.subarray(0, got), wanted) === 0) continue;
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

/** Where e2fsck saves what it overwrites on a device; each run adds a number. */
export const undoFileOf = (backup: string): string => `${backup}.e2undo`;

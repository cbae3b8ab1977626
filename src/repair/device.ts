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
  const writing = files.open(device, true);
  let reading = -1;
  const present = new Uint8Array(unit);
  try {
    reading = openSync(device, 'r');
    await eachPiece(backup, (piece, at) => {
      for (let from = 0; from < piece.length; from += unit) {
        const wanted = piece.subarray(from, from + unit);
        const got = readSync(reading, present, 0, wanted.length, at + from);
        if (got === wanted.length && Buffer.compare(present.subarray(0, got), wanted) === 0) continue;
        files.write(writing, wanted, at + from);
      }
    });
  } finally {
    if (reading !== -1) closeSync(reading);
    files.close(writing);
  }
  files.sync(device);
  return (await sha256Of(device)) === sha256;
}

/** Where run `n` of e2fsck saves what it overwrites on a device. */
export const undoFileOf = (backup: string, n: number): string => `${backup}.e2undo-${n}`;

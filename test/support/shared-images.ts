/** Images that all workers of a run share, in a folder that the global set-up names. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Milliseconds after which another worker is taken to have failed. */
const patience = 60_000;

function folderOfRun(): string | undefined {
  try {
    return inject('imageFolder');
  } catch {
    // the fuzzer runs without vitest
    return undefined;
  }
}

/** Whether this worker is the first one to ask for a file. */
function isFirst(place: string): boolean {
  try {
    closeSync(openSync(`${place}.taken`, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function waitFor(place: string): void {
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; !existsSync(place); waited += 50) {
    if (waited > patience) throw new Error(`another worker does not make ${place}`);
    Atomics.wait(word, 0, 0, 50);
  }
}

/** The bytes of an image that `make` writes to `path`, or that another worker has made already. */
export function sharedImage(key: string, path: string, make: () => void): Uint8Array {
  const folder = folderOfRun();
  const place = folder && join(folder, createHash('sha256').update(key).digest('hex'));
  if (place !== undefined && !isFirst(place)) {
    waitFor(place);
    return readFileSync(place);
  }
  make();
  const bytes = readFileSync(path);
  // both are in the system's temporary folder
  if (place !== undefined) renameSync(path, place);
  return bytes;
}

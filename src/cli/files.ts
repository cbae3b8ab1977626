/** Reads and writes the files of the options of a gate. */

import { appendFileSync } from 'node:fs';
import { printable } from '../report/printable';
import type { Io } from './io';
import { UsageError } from './options';
import { reasonOf } from './reason';
import { WholeFile } from './whole-file';

/**
 * The bytes of an option's file; `-` is standard input. `most` is how many it may have.
 * @throws UsageError when it cannot be read: a gate without its list must not pass.
 */
export async function readNamed(option: string, path: string, most: number, io: Io): Promise<Uint8Array> {
  try {
    return await io.readFile(path, most);
  } catch (error) {
    io.signal.throwIfAborted();
    throw new UsageError(`--${option} ${printable(path)} cannot be read: ${reasonOf(error)}.`);
  }
}

/** Writes a file completely or not at all; devices and pipes directly. Returns why it failed, or null. */
export function writeWhole(path: string, pieces: Iterable<string>): string | null {
  let file: WholeFile | undefined;
  try {
    file = new WholeFile(path);
    for (const piece of pieces) file.write(piece);
    file.finish();
    return null;
  } catch (error) {
    file?.giveUp();
    return reasonOf(error);
  }
}

/** Adds text to the end of a file; returns why it failed, or null. */
export function appendTo(path: string, text: string): string | null {
  try {
    appendFileSync(path, text);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

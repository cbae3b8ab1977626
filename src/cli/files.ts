/** Reads and writes the files of the options of a gate. */

import { appendFileSync, readFileSync } from 'node:fs';
import { messageOf } from '../error';
import { printable } from '../report/printable';
import type { Io } from './io';
import { UsageError } from './options';
import { WholeFile } from './whole-file';

const reasonOf = (error: unknown): string => printable(messageOf(error));

/**
 * The bytes of an option's file; `-` is standard input.
 * @throws UsageError when it cannot be read: a gate without its list must not pass.
 */
export async function readNamed(option: string, path: string, io: Io): Promise<Uint8Array> {
  try {
    return path === '-' ? new TextEncoder().encode(await io.readText(path)) : readFileSync(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
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

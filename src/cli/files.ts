/** Reads and writes the files that the options of a gate name. */
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { printable } from '../report/printable';
import type { Io } from './io';
import { UsageError } from './options';

const reasonOf = (error: unknown): string => printable(error instanceof Error ? error.message : String(error));

/**
 * The bytes of a file that an option names; `-` is standard input.
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

/**
 * Writes a file whole or not at all: beside its place first, then moved there. Devices and pipes are written to directly.
 * Returns why it failed, or null.
 */
export function writeWhole(path: string, pieces: Iterable<string>): string | null {
  const special = /^\/(dev|proc)\//.test(path);
  const temporary = special ? path : `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w', 0o666);
    try {
      for (const piece of pieces) writeAll(file, new TextEncoder().encode(piece));
      if (!special) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (!special) renameSync(temporary, path);
    return null;
  } catch (error) {
    if (!special) rmSync(temporary, { force: true });
    return reasonOf(error);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
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

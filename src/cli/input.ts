/** Reads text files of the command line. */
import { fs } from '../source/fs';

const { readFileSync } = fs;

/** The text of a file; `-` is standard input, read until `signal` is aborted. Rejects with the system's own error. */
export async function readText(path: string, signal: AbortSignal): Promise<string> {
  if (path !== '-') return readFileSync(path, 'utf8');
  // Loaded lazily: streams take 2 ms of every start.
  const [{ addAbortSignal }, { text }] = await Promise.all([import('node:stream'), import('node:stream/consumers')]);
  return text(addAbortSignal(signal, process.stdin));
}

/** The required paths of `--require` and `--require-from`. */
import { printable } from '../report/printable';
import type { Io } from './io';
import { absolute } from './option-kinds';
import { UsageError } from './options';
import { reasonOf } from './reason';
import type { RequireArgument } from './shared-options';

/** More than all paths of an operating system. */
const maxBytes = 2 ** 26;

/**
 * All required paths in the order of the command line, each once. In a file every line is a path; blank lines, lines that
 * begin with # and white space around a path are ignored.
 * @throws UsageError when a list cannot be read or has no path: a gate that requires nothing must not look like one.
 */
export async function requiredPaths(
  given: readonly RequireArgument[],
  io: Pick<Io, 'readFile' | 'signal'>,
): Promise<string[]> {
  const paths = new Set<string>();
  for (const argument of given) {
    if ('path' in argument) {
      paths.add(argument.path);
      continue;
    }
    const listed = listedIn(await readList(argument.from, io));
    if (listed.length === 0) throw new UsageError(`--require-from ${printable(argument.from)}: the list has no paths.`);
    for (const path of listed) paths.add(path);
  }
  return [...paths];
}

async function readList(path: string, io: Pick<Io, 'readFile' | 'signal'>): Promise<string> {
  try {
    return new TextDecoder().decode(await io.readFile(path, maxBytes));
  } catch (error) {
    io.signal.throwIfAborted();
    throw new UsageError(`--require-from ${printable(path)}: the list cannot be read: ${reasonOf(error)}.`);
  }
}

function listedIn(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(absolute);
}

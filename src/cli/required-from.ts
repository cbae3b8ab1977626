/** The required paths of `--require` and `--require-from`. */
import { messageOf } from '../error';
import { printable } from '../report/printable';
import { absolute } from './option-kinds';
import { UsageError } from './options';
import type { RequireArgument } from './shared-options';

/**
 * All required paths in the order of the command line, each once. In a file every line is a path; blank lines, lines that
 * begin with # and white space around a path are ignored.
 * @throws UsageError when a list cannot be read or has no path: a gate that requires nothing must not look like one.
 */
export async function requiredPaths(
  given: readonly RequireArgument[],
  readText: (path: string) => Promise<string>,
): Promise<string[]> {
  const paths = new Set<string>();
  for (const argument of given) {
    if ('path' in argument) {
      paths.add(argument.path);
      continue;
    }
    const listed = listedIn(await readList(argument.from, readText));
    if (listed.length === 0) throw new UsageError(`--require-from ${printable(argument.from)}: the list has no paths.`);
    for (const path of listed) paths.add(path);
  }
  return [...paths];
}

async function readList(path: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    const why = messageOf(error);
    throw new UsageError(`--require-from ${printable(path)}: the list cannot be read: ${printable(why)}.`);
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

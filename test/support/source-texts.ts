/** The text of every source file, for tests that need no compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli';

export interface SourceText {
  /** Path below src, with slashes: `checks/inodes/pass.ts`. */
  path: string;
  text: string;
}

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path, ending) : entry.name.endsWith(ending) ? [path] : [];
  });
}

const below = (path: string): string => path.slice(join(root, 'src').length + 1).replaceAll('\\', '/');

/** Every source below src, in order of path. */
export const sourceTexts: readonly SourceText[] = listFiles(join(root, 'src'), '.ts')
  .map((path) => ({ path: below(path), text: readFileSync(path, 'utf8') }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

/** Every file of data below src. */
export const dataFiles: readonly string[] = listFiles(join(root, 'src'), '.json').map(below).sort();

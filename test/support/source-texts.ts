/** The text of every source file, for tests that need no compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli';

export interface SourceText {
  /** Path below src, with slashes: `checks/inodes/pass.ts`. */
  path: string;
  text: string;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Every file below src, in order of path. */
export const sourceTexts: readonly SourceText[] = listFiles(join(root, 'src'))
  .map((path) => ({
    path: path.slice(join(root, 'src').length + 1).replaceAll('\\', '/'),
    text: readFileSync(path, 'utf8'),
  }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

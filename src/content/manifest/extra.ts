/** Finds files of an image that a manifest does not name. */
import type { Tree, TreeEntry } from '../tree';
import { typeName } from '../type-name';

export interface ExtraOptions {
  /** Paths of the manifest, as in the tree. */
  listed: readonly string[];
  /** Paths below which nothing is extra. */
  ignored: readonly string[];
  /** The directory that the manifest describes, without a trailing slash; '' for the root. */
  root: string;
  /** Whether the manifest can only name regular files, so that other types are never extra. */
  filesOnly: boolean;
}

export interface ExtraFile {
  entry: TreeEntry;
  type: string;
  /** Number of names below it, which are extra too. */
  below: number;
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/**
 * Extra files in the order of the tree; an extra directory includes everything below it. `/lost+found` is never extra.
 */
export function extraFiles(tree: Tree, options: ExtraOptions): ExtraFile[] {
  const known = new Set(['/', options.root, '/lost+found', ...options.ignored]);
  for (let path of options.listed) {
    // parents of named files need no line of their own; all parents of a known path are known
    known.add(path);
    for (path = parentOf(path); path !== '/' && !known.has(path); path = parentOf(path)) known.add(path);
  }
  const passed = new Set(['/lost+found', ...options.ignored]);
  const found: ExtraFile[] = [];
  /** The extra directory that contains the current entry; undefined in an ignored one. */
  let top: ExtraFile | undefined;
  let inside = '';
  for (const entry of tree.entries()) {
    const { path, type } = entry;
    if (inside !== '' && path.startsWith(inside)) {
      if (top !== undefined) top.below++;
      continue;
    }
    inside = '';
    top = undefined;
    if (!path.startsWith(`${options.root}/`)) continue;
    if (passed.has(path)) inside = `${path}/`;
    if (known.has(path) || (options.filesOnly && type !== 'file')) continue;
    const extra = { entry, type: typeName(type), below: 0 };
    found.push(extra);
    if (type !== 'directory') continue;
    top = extra;
    inside = `${path}/`;
  }
  return found;
}

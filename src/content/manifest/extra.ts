/** Finds what an image holds and a manifest does not name. */
import type { Tree, TreeEntry } from '../tree';
import { typeName } from '../type-name';

export interface ExtraOptions {
  /** Paths that the manifest names, as the tree has them. */
  listed: readonly string[];
  /** Paths below which nothing is extra. */
  ignored: readonly string[];
  /** The directory in question, without a slash at its end; '' for the root. */
  root: string;
  /** The manifest names no directories, links and other special files, so none of them is extra. */
  filesOnly: boolean;
}

export interface ExtraFile {
  entry: TreeEntry;
  /** In words. */
  type: string;
  /** Names below it that are extra with it. */
  below: number;
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/**
 * Extra files in the order of the tree, the topmost of each extra directory. `/lost+found`, which every ext file system
 * has, is none.
 */
export function extraFiles(tree: Tree, options: ExtraOptions): ExtraFile[] {
  const known = new Set(['/', options.root, '/lost+found', ...options.ignored]);
  for (let path of options.listed) {
    // parents of what is named need no line of their own; those above a known one are known
    known.add(path);
    for (path = parentOf(path); path !== '/' && !known.has(path); path = parentOf(path)) known.add(path);
  }
  const passed = new Set(['/lost+found', ...options.ignored]);
  const found: ExtraFile[] = [];
  /** The extra directory, or the one that is passed over, that the walk is in. */
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

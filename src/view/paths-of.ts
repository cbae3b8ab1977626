/** The names of some inodes: a walk of the tree, which reads each directory once. */
import { Bitmap } from '../bytes/bitmap';
import { joinPath } from '../bytes/names';
import { Turns } from '../source/turns';
import { catchImageError } from './error';
import type { OpenedImage } from './opened-image';
import { loadInode } from './stat';

/** Names that are kept for each inode. */
const maxPaths = 10;
/** Directories that wait to be read. */
const maxWaiting = 2 ** 20;

/** Paths by inode, and whether parts of the tree could not be read. */
export interface FoundPaths {
  paths: Map<number, string[]>;
  partial: boolean;
}

/** @throws the reason of `signal` */
export async function pathsOf(
  image: OpenedImage,
  wanted: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<FoundPaths> {
  const { volume, groups } = image;
  const found: FoundPaths = { paths: new Map(), partial: false };
  if (wanted.size === 0) return found;
  const visited = new Bitmap(volume.geometry.inodesCount + 1);
  const turns = new Turns(signal);
  const note = (inode: number, path: string): void => {
    if (!wanted.has(inode)) return;
    const paths = found.paths.get(inode) ?? [];
    if (paths.length < maxPaths) paths.push(path);
    found.paths.set(inode, paths);
  };
  const waiting = [{ inode: 2, path: '/' }];
  note(2, '/');
  visited.testAndSet(2);
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    const { inode, path } = here;
    const directory = image.readdir(inode);
    const entries = await catchImageError(
      () => directory.list(),
      () => null,
    );
    if (entries === null || directory.partial) found.partial = true;
    for (const entry of entries ?? []) {
      const inside = joinPath(path, entry.name);
      note(entry.inode, inside);
      const record = await catchImageError(
        () => loadInode(volume, groups, entry.inode),
        () => null,
      );
      if (record?.type !== 'directory' || record.links === 0 || visited.testAndSet(entry.inode)) continue;
      if (waiting.length < maxWaiting) waiting.push({ inode: entry.inode, path: inside });
      else found.partial = true;
      const due = turns.due();
      if (due !== undefined) await due;
    }
  }
  return found;
}

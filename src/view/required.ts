/** Whether files that must be there are there, whole, and hold something. */

import { inodeFlags } from '../layout/inode';
import type { RequiredResult } from '../problem/report';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import { ImageError, type ImageErrorCode } from './error';
import { blocksCovered, contentOf } from './file';
import { Lookup } from './lookup';
import { fileRuns } from './runs';
import { mappingNodeGood } from './sound';
import type { InodeRecord } from './stat';

/** Errors on the way to a file that mean it is not there; all others mean that it cannot be read. */
const absent: ReadonlySet<ImageErrorCode> = new Set(['not-found', 'not-a-directory']);

/** Whether all blocks up to the file's size are mapped, sound, and inside the image; holes may be among them. */
async function isMapped(volume: Volume, record: InodeRecord): Promise<boolean> {
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) return true;
  const nodes = new Set<number>();
  const runs = fileRuns(volume, record.view, blocksCovered(volume, record), (block) => nodes.add(block));
  for await (const run of runs) {
    if (run.kind === 'lost') return false;
    if (run.kind === 'data' && run.physical + run.count > volume.readableBlocks) return false;
  }
  for (const block of nodes) if (!(await mappingNodeGood(volume, record, block))) return false;
  return true;
}

async function contentState(volume: Volume, record: InodeRecord): Promise<RequiredResult['state']> {
  if (record.type !== 'file') return 'not-a-file';
  if (record.size === 0) return 'empty';
  if (!(await isMapped(volume, record))) return 'unreadable';
  for await (const piece of contentOf(volume, record)) if (piece.some((byte) => byte !== 0)) return 'ok';
  return 'all-nul';
}

async function required(volume: Volume, lookup: Lookup, path: string): Promise<RequiredResult> {
  let reached = path;
  try {
    const { record } = await lookup.resolve(path, true);
    reached = record.path ?? path;
    const state = await contentState(volume, record);
    return state === 'ok' ? { path, state } : { path, state, brokenAt: reached };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return { path, state: absent.has(error.code) ? 'missing' : 'unreadable', brokenAt: error.path ?? reached };
  }
}

/**
 * For each path, taken from the root of the image: whether it leads to a regular file, through directories and symlinks
 * that a kernel would pass, whose blocks all lie inside the image and hold not only NUL bytes. Content is read up to the
 * first byte that is not NUL.
 *
 * A name that is nowhere in a sound directory is `missing`; one whose inode is unused or damaged, or that may have been
 * in a lost part of its directory, is `unreadable`, as is what only a key could read.
 */
export async function checkRequired(
  opening: { readonly volume: Volume; readonly groups: Groups },
  paths: readonly string[],
): Promise<RequiredResult[]> {
  const lookup = new Lookup(opening.volume, opening.groups, true);
  const results: RequiredResult[] = [];
  for (const path of paths) results.push(await required(opening.volume, lookup, path));
  return results;
}

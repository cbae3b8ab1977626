/** Whether required files exist, are complete, and are not empty. */

import { Bitmap, isAllZero } from '../bytes/bitmap';
import { inodeFlags } from '../layout/inode';
import type { RequiredResult } from '../problem/report';
import type { Groups } from '../volume/groups';
import type { Volume } from '../volume/volume';
import { ImageError, type ImageErrorCode } from './error';
import { blocksCovered, contentOf, requireReadable } from './file';
import { Lookup } from './lookup';
import { fileRuns } from './runs';
import { mappingNodeGood } from './sound';
import type { InodeRecord } from './stat';

/** Bytes read at once. */
const pieceBytes = 256 * 1024;

/** Lookup errors that mean that the file does not exist; all others mean that it cannot be read. */
const absent: ReadonlySet<ImageErrorCode> = new Set(['not-found', 'not-a-directory']);

/** Whether all blocks up to the file's size are mapped, valid, and inside the image; holes are allowed. */
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

/**
 * Whether any byte of the file is not NUL. No block is read twice and holes take no time, so a size of many TiB takes
 * no longer than reading the image.
 */
async function holdsAnything(volume: Volume, record: InodeRecord): Promise<boolean | null> {
  requireReadable(record);
  if ((record.flags & inodeFlags.INLINE_DATA) !== 0) {
    for await (const piece of contentOf(volume, record)) if (!isAllZero(piece)) return true;
    return false;
  }
  const { blockSize } = volume.geometry;
  const seen = new Bitmap(volume.readableBlocks);
  for await (const run of fileRuns(volume, record.view, blocksCovered(volume, record))) {
    if (run.kind !== 'data') continue;
    let most = Math.max(1, pieceBytes / blockSize);
    for (let done = 0; done < run.count; ) {
      const count = Math.min(most, run.count - done);
      const block = run.physical + done;
      const room = record.size - (run.logical + done) * blockSize;
      // the last block matters only up to the file's size, so only this one may be read again
      if (room >= count * blockSize && seen.count(block, block + count) === count) {
        done += count;
        continue;
      }
      const wanted = Math.min(count * blockSize, room);
      const got = await volume.read(block * blockSize, wanted, undefined, count > 1);
      if (got !== null && !isAllZero(got)) return true;
      // the good blocks before a bad sector are still read
      if (got === null && count > 1) most = 1;
      else if (got === null || got.length < wanted) return null;
      else {
        if (room >= count * blockSize) seen.setRange(block, count);
        done += count;
      }
    }
  }
  return false;
}

async function contentState(volume: Volume, record: InodeRecord): Promise<RequiredResult['state']> {
  if (record.type !== 'file') return 'not-a-file';
  if (record.size === 0) return 'empty';
  if (!(await isMapped(volume, record))) return 'unreadable';
  const filled = await holdsAnything(volume, record);
  if (filled === null) return 'unreadable';
  return filled ? 'ok' : 'all-nul';
}

async function required(volume: Volume, lookup: Lookup, path: string): Promise<RequiredResult> {
  let reached = path;
  try {
    const { record } = await lookup.resolve(path, true);
    reached = record.path ?? path;
    const state = await contentState(volume, record);
    return state === 'ok' ? { path, state } : { path, state, stoppedAt: reached };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return { path, state: absent.has(error.code) ? 'missing' : 'unreadable', stoppedAt: error.path ?? reached };
  }
}

/**
 * For each path from the root of the image: whether it refers to a regular file, through directories and symlinks that
 * a kernel would accept, whose blocks are all inside the image and do not contain only NUL bytes. Content is read up to
 * the first byte that is not NUL.
 *
 * A name that is not in a valid directory is `missing`; one whose inode is unused or damaged, or that may be in a lost
 * part of its directory, is `unreadable`, like what only a key could read.
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

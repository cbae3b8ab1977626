/** Opens the view of an image's files, on the state that a mount would find. */

import { requireFullReads } from './source/full-reads';
import type { ByteSource } from './source/source';
import type { Image } from './view/image';
import { viewOf } from './view/opened-image';
import { openFileSystem } from './volume/open';

/** How `openImage` opens. */
export interface OpenOptions {
  /** Stops all later reads too. */
  signal?: AbortSignal;
  /** Whether a journal that waits to be replayed is replayed in memory first; true when left out, as for `checkImage`. */
  replay?: boolean;
}

/**
 * Opens the file system in `source`, through a backup superblock where the primary one is destroyed. A journal that has
 * to be replayed is replayed in memory, as far as it can be, unless `options.replay` is false: the files are those that a
 * mount would show. `close()` closes the source.
 * @throws ImageError `no-file-system`, `unsupported`, or `unreadable` when the superblock cannot be read
 */
export async function openImage(image: ByteSource, options: OpenOptions = {}): Promise<Image> {
  const source = requireFullReads(image);
  const opened = await openFileSystem(source, options.signal);
  if (opened.opening === null || options.replay === false) return viewOf(opened, image);
  const { replayJournal } = await import('./checks/journal/replay');
  const replayed = await replayJournal(opened.opening, source, () => {}, options.signal);
  if (replayed?.source == null) return viewOf(opened, image);
  return viewOf(await openFileSystem(replayed.source, options.signal), image);
}

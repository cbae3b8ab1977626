/** Opens the view of an image's files, in the state that a mount would show. */

import { guardedSource } from './source/guarded';
import type { ByteSource } from './source/source';
import type { Image } from './view/image';
import { viewOf } from './view/opened-image';
import { openFileSystem } from './volume/open';

/** The options of `openImage`. */
export interface OpenOptions {
  /** Stops all later reads too. */
  signal?: AbortSignal;
  /** Whether a pending journal replay is done in memory first. Default true, as for `checkImage`. */
  replay?: boolean;
}

/**
 * Opens the file system in `image`, with a backup superblock if the primary one is destroyed. A pending journal replay is
 * done in memory, as far as possible, unless `options.replay` is false: the files are those that a mount would show.
 * `close()` closes the source.
 * @throws ImageError `no-file-system`, `unsupported`, or `unreadable` if the superblock cannot be read
 */
export async function openImage(image: ByteSource, options: OpenOptions = {}): Promise<Image> {
  const source = guardedSource(image, options.signal);
  const opened = await openFileSystem(source, options.signal);
  if (opened.opening === null || options.replay === false) return viewOf(opened, image);
  const { replayJournal } = await import('./checks/journal/replay');
  const replayed = await replayJournal(opened.opening, source, () => {}, options.signal);
  if (replayed?.source == null) return viewOf(opened, image);
  return viewOf(await openFileSystem(replayed.source, options.signal), image);
}

/** extcheck on Node: checks ext2, ext3 and ext4 images, and reads the files in them. */
import type { CheckOptions as AnyOptions } from '../check';
import { checkImageOnNode } from '../check-on-node';
import type { ByteSource } from '../source/source';
import { requireCheckArguments } from './check-arguments';
import type { CheckOptions, CheckReport } from './types';

export { fileSource, type OpenedFile } from '../source/file';
export { type OpenImageOptions, openImageFile } from '../source/gzip-file';
export * from './common';

/**
 * Checks the file system in `image` as a whole and returns what was found. Never writes, and never throws on content: an
 * image that cannot be checked gives a report that says so. A journal that has to be replayed is replayed in memory, unless
 * `options.replay` is false. A large image is checked by two threads unless `options.jobs` is 1. Memory is bounded by the
 * size of the file system; see docs/limits.md.
 *
 * ```ts
 * import { checkImage, fileSource } from 'extcheck';
 * const report = await checkImage(await fileSource('active.img'), { require: ['/boot/vmlinuz'] });
 * console.log(report.verdict, report.affected);
 * ```
 * @throws ArgumentError for an unknown option or something that is not a source; the reason of `options.signal` when it is
 * aborted; whatever the source throws that is not a SourceError
 */
export async function checkImage(image: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  requireCheckArguments(image, options);
  return (await checkImageOnNode(image, options as AnyOptions)) as CheckReport;
}

/** The entry `extcheck` on Node: checks ext2, ext3 and ext4 images, and reads the files in them. */
import type { CheckOptions as AnyOptions } from '../check';
import { checkImageOnNode } from '../check-on-node';
import type { ByteSource } from '../source/source';
import { requireCheckArguments } from './check-arguments';
import type { CheckOptions, CheckReport } from './types';

export { fileSource, type OpenedFile } from '../source/file';
export { type OpenImageOptions, openImageFile } from '../source/gzip-file';
export * from './common';

/**
 * Checks the whole file system in `image` and returns a report. Never writes, and never throws because of content: an image
 * that cannot be checked gives a report with the reason. If a journal replay is pending, it is done in memory, unless
 * `options.replay` is false. A large image is checked by two threads unless `options.jobs` is 1. Memory is bounded by the
 * size of the file system; see docs/limits.md.
 *
 * ```ts
 * import { checkImage, fileSource } from 'extcheck';
 * const report = await checkImage(await fileSource('active.img'), { require: ['/boot/vmlinuz'] });
 * console.log(report.verdict, report.affected);
 * ```
 * @throws ArgumentError for an unknown option or if `image` is not a source; the reason of `options.signal` when it is
 * aborted; errors of the source other than SourceError
 */
export async function checkImage(image: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  requireCheckArguments(image, options);
  return (await checkImageOnNode(image, options as AnyOptions)) as CheckReport;
}

/** The entry `extcheck` without Node: checks a Blob or bytes. */
import { type CheckOptions as AnyOptions, checkImage as check } from '../check';
import type { ByteSource } from '../source/source';
import { requireCheckArguments } from './check-arguments';
import type { CheckOptions, CheckReport } from './types';

export * from './common';

/**
 * Checks the whole file system in `image` and returns a report. Never writes, and never throws because of content: an image
 * that cannot be checked gives a report with the reason. If a journal replay is pending, it is done in memory, unless
 * `options.replay` is false. Memory is bounded by the size of the file system; see docs/limits.md.
 *
 * ```ts
 * import { blobSource, checkImage } from 'extcheck';
 * const report = await checkImage(blobSource(new Blob([])));
 * console.log(report.verdict);
 * ```
 * @throws ArgumentError for an unknown option or if `image` is not a source; the reason of `options.signal` when it is
 * aborted; errors of the source other than SourceError
 */
export async function checkImage(image: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  requireCheckArguments(image, options);
  return (await check(image, options as AnyOptions)) as CheckReport;
}

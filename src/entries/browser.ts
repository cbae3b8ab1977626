/** extcheck where there is no Node: checks a Blob or bytes. */
import { type CheckOptions as AnyOptions, checkImage as check } from '../check';
import type { ByteSource } from '../source/source';
import { requireCheckArguments } from './check-arguments';
import type { CheckOptions, CheckReport } from './types';

export * from './common';

/**
 * Checks the file system in `image` as a whole and returns what was found. Never writes, and never throws on content: an
 * image that cannot be checked gives a report that says so. A journal that has to be replayed is replayed in memory, unless
 * `options.replay` is false. Memory is bounded by the size of the file system; see docs/limits.md.
 *
 * ```ts
 * import { blobSource, checkImage } from 'extcheck';
 * const report = await checkImage(blobSource(new Blob([])));
 * console.log(report.verdict);
 * ```
 * @throws ArgumentError for an unknown option or something that is not a source; the reason of `options.signal` when it is
 * aborted; whatever the source throws that is not a SourceError
 */
export async function checkImage(image: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  requireCheckArguments(image, options);
  return (await check(image, options as AnyOptions)) as CheckReport;
}

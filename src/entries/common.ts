/** Exports of `extcheck` in a browser and on Node. */
import { allProblems } from '../all-problems';
import { ArgumentError } from '../error';
import { type OpenOptions, openImage as open } from '../open-image';
import type { Catalogue } from '../problem/define';
import type { Finding, Severity } from '../problem/finding';
import type { CheckReport as AnyReport } from '../problem/report';
import type { PartitionFacts } from '../problem/start';
import { exitStatus as statusOf } from '../report/exit-status';
import { formatFinding as format } from '../report/message';
import type { ByteSource } from '../source/source';
import type { Image } from '../view/image';
import { requireSource } from './arguments';
import { requireOpenArguments } from './check-arguments';
import { requireReport, requireThreshold } from './report-arguments';

export type { ProblemId } from '../all-problems';
export { ArgumentError, ExtcheckError } from '../error';
export type { Extension, ExtensionContext, ExtensionGroup, FinishContext } from '../extension';
export type { OpenOptions } from '../open-image';
export type { Digests } from '../platform/digests';
export type { ReportFinding } from '../problem/collector';
export type { Catalogue, DescribedProblem, Problem, ProblemEntry, ProblemText } from '../problem/define';
export type { Data, DataValue, Severity, Where } from '../problem/finding';
export { severities } from '../problem/finding';
export type { LayoutFacts, LayoutMark, LayoutMarkKind, LayoutRole, LayoutRuns } from '../problem/layout';
export type { Progress } from '../problem/options';
export type {
  Affected,
  BaselineFacts,
  ContentFacts,
  FileSystemFacts,
  Harm,
  JournalFacts,
  MountFacts,
  NotChecked,
  RequiredResult,
  Verdict,
} from '../problem/report';
export type { LeftoverFacts, PartitionFacts, StartFacts, StartKind } from '../problem/start';
export { blobSource } from '../source/blob';
export { memorySource } from '../source/memory';
export { sliceSource } from '../source/slice';
export { type ByteSource, type SharedFile, SourceError } from '../source/source';
export type { DirEntry } from '../view/directory';
export { ImageError, type ImageErrorCode } from '../view/error';
export type { DirectoryView, Image, ResolvedPath } from '../view/image';
export type { FileStat, FileType } from '../view/stat';
export type { CheckOptions, CheckReport, Finding } from './types';

/**
 * Opens the file system in `image` as a tolerant, read-only view of its files, in the state after journal replay unless
 * `options.replay` is false. `close()` closes the source. Offsets and sizes are in bytes.
 *
 * ```ts
 * import { openImage, openImageFile } from 'extcheck';
 * const image = await openImage(await openImageFile('active.img'));
 * for (const { name } of await image.readdir('/boot').list()) console.log(name);
 * await image.close();
 * ```
 * @throws ImageError `no-file-system`, `unsupported`, or `unreadable` if the superblock cannot be read;
 * ArgumentError for an unknown option
 */
export async function openImage(image: ByteSource, options: OpenOptions = {}): Promise<Image> {
  requireOpenArguments(image, options);
  return open(image, options);
}

/**
 * The partition of `disk` that starts at byte `start`, also of a disk that is inside a partition; null if there is none.
 *
 * ```ts
 * import { checkImage, findPartition, openImageFile, sliceSource } from 'extcheck';
 * const disk = await openImageFile('disk.img');
 * const partition = await findPartition(disk, 1048576);
 * if (partition !== null) {
 *   const size = Math.min(partition.size, disk.size - partition.start);
 *   console.log(await checkImage(sliceSource(disk, partition.start, size), { partition }));
 * }
 * ```
 * @throws ArgumentError if `disk` is not a source or `start` is not a number of bytes
 */
export async function findPartition(disk: ByteSource, start: number): Promise<PartitionFacts | null> {
  requireSource(disk, 'findPartition');
  if (!Number.isSafeInteger(start) || start < 0)
    throw new ArgumentError(`findPartition: ${start} is not a number of bytes`);
  // a check needs it only for images that are something else
  const { findPartition: find } = await import('../volume/start/partitions');
  return find(disk, start);
}

/**
 * The sentence for one finding: problem, details and location. Free of control characters. Never throws for a finding of
 * another version: an unknown id is turned into words, unknown data is listed.
 *
 * ```ts
 * import { checkImage, formatFinding, openImageFile } from 'extcheck';
 * const report = await checkImage(await openImageFile('active.img'));
 * for (const finding of report.findings) console.log(finding.severity, formatFinding(finding));
 * ```
 * @param catalogue problems with their texts; default: those of extcheck
 */
export const formatFinding = (finding: Finding, catalogue: Catalogue = allProblems): string =>
  format(finding, catalogue);

/**
 * The status for one image: 0, 4 or 8.
 *
 * Without a file system the status is always 8. Otherwise problems come first: an image with problems at or above the
 * threshold, or with a required path that failed, is 4 even if parts were not checked, because their check could not change
 * that. Parts that were not checked give 8 only if the image would pass otherwise. Combining several images with OR keeps
 * both bits, so it hides nothing.
 *
 * ```ts
 * import { checkImage, exitStatus, openImageFile } from 'extcheck';
 * const report = await checkImage(await openImageFile('active.img'));
 * process.exitCode = exitStatus(report, 'error');
 * ```
 */
export function exitStatus(report: AnyReport, threshold: Severity = 'warning'): 0 | 4 | 8 {
  requireReport(report, {}, {}, 'exitStatus');
  requireThreshold(threshold, 'exitStatus');
  return statusOf(report, threshold);
}

/** The interface of a check of the tree and of file contents. */

import type { DigestName } from '../platform/digests';
import type { ReportFinding } from '../problem/collector';
import type { Affected, NotChecked } from '../problem/report';
import type { Turns } from '../source/turns';
import type { Image } from '../view/image';
import type { FileContent } from './file-content';
import type { Tree } from './tree';

/** What a content check can use. */
export interface ContentContext {
  readonly image: Image;
  /** Every name in the image, read once for all checks. */
  readonly tree: Tree;
  readonly report: ReportFinding;
  /** Whether the file system shows, by blocks of zeros or errors that the kernel recorded, that writes to it were lost. */
  readonly writesLost: boolean;
  /**
   * Requests the content of a regular file, with these digests. All files are read once, in disk order, after all checks are
   * prepared; repeated requests add digests. Every file comes with statistics of NUL bytes and, if a check needs them (`ends`),
   * its first and last bytes. Digests that cannot be computed here (`knows`) are omitted.
   */
  want(inode: number, digests?: readonly DigestName[]): void;
  /** Whether a digest can be computed here: RIPEMD-160 cannot in a browser. */
  knows(digest: DigestName): boolean;
  /** For loops that read nothing: `await turns.due()` lets timers and signals be heard, and ends an aborted check. */
  readonly turns: Turns;
  /** Adds a path to those that the report calls damaged. */
  affect(affected: Affected): void;
  /** Records a part that could not be checked: the report is then never `clean`. */
  skip(part: NotChecked): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * One check of the tree. `prepare` is called once, before contents are read; then `content` for each file that any check
 * requested, in disk order; then `finish`. A check whose findings come from contents sorts them by path, so that the report
 * does not depend on the order on disk.
 */
export interface ContentCheck {
  /** For progress and errors, such as `packages`. */
  readonly name: string;
  /** False if it uses neither the first nor the last bytes of files, so that they may be omitted. */
  readonly ends?: boolean;
  prepare(context: ContentContext): void | Promise<void>;
  content?(content: FileContent, context: ContentContext): void;
  finish?(context: ContentContext): void | Promise<void>;
}

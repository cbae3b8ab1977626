/** What a check of a tree and of the contents in it is, what it is given, and what it hands back. */

import type { DigestName } from '../platform/digests';
import type { ReportFinding } from '../problem/collector';
import type { Affected, NotChecked } from '../problem/report';
import type { Image } from '../view/image';
import type { FileContent } from './file-content';
import type { Tree } from './tree';

/** The image as every content check sees it. */
export interface ContentContext {
  readonly image: Image;
  /** Every name in the image, read once for all checks. */
  readonly tree: Tree;
  readonly report: ReportFinding;
  /**
   * Asks for the content of a regular file to be read, with the digests named. All files are read once, in disk order, after
   * every check was prepared; asking twice adds digests. Zero statistics and, unless no check looks
   * at them (`ends`), the first and last bytes come with every file. A digest that cannot be computed here (`knows`) is left
   * out.
   */
  want(inode: number, digests?: readonly DigestName[]): void;
  /** Whether a digest can be computed here: RIPEMD-160 cannot in a browser. */
  knows(digest: DigestName): boolean;
  /** Adds a path to those that the report calls damaged. */
  affect(affected: Affected): void;
  /** Says that something could not be looked at: the report is then never `clean`. */
  skip(part: NotChecked): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * One check of the tree. `prepare` is called once, before contents are read; then `content` for each file that anybody
 * asked for, in disk order, also for files that this check did not ask for; then `finish`. Findings are sorted by path
 * where order matters, so that the place on disk does not change a report.
 */
export interface ContentCheck {
  /** For progress and errors, such as `packages`. */
  readonly name: string;
  /** False where it looks at neither the first nor the last bytes of files: they may be left out then. */
  readonly ends?: boolean;
  prepare(context: ContentContext): void | Promise<void>;
  content?(content: FileContent, context: ContentContext): void;
  finish?(context: ContentContext): void | Promise<void>;
}

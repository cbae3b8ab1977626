/** The one way in which a check grows: contents, features of readers, the boot path, block maps and baselines use it. */
import type { Digests } from './platform/digests';
import type { ReportFinding } from './problem/collector';
import type { Catalogue } from './problem/define';
import type { Progress } from './problem/options';
import type { Affected, CheckReport, ContentFacts, NotChecked } from './problem/report';
import type { ByteSource } from './source/source';
import type { Image } from './view/image';

/** What an extension gets while the file system is open. */
export interface ExtensionContext {
  /** The files as a mount would find them. */
  readonly image: Image;
  readonly report: ReportFinding;
  /** Adds a path to those that the report calls damaged. */
  affect(affected: Affected): void;
  /** Says that something could not be checked: the report is then never `clean`. */
  skip(part: NotChecked): void;
  /** Puts what was read of the files themselves into the report. */
  setContent(facts: ContentFacts): void;
  readonly onProgress: (step: Progress) => void;
  readonly signal: AbortSignal | undefined;
  /** What computes digests on this machine; undefined where only the package's own implementations are there. */
  readonly digests: Digests | undefined;
}

/** What an extension gets once the report is made. */
export interface FinishContext {
  /** The image as it was given to the check; still open. */
  readonly source: ByteSource;
  readonly signal: AbortSignal | undefined;
}

/** Extensions that do their work together, such as those that read the contents of files, which are read once for all. */
export interface ExtensionGroup {
  run(extensions: readonly Extension[], context: ExtensionContext): void | Promise<void>;
}

/** Something to check beside the file system itself. A check uses an extension for one image at a time. */
export interface Extension {
  /** A word or two, for the list of what was checked, progress and errors. */
  readonly name: string;
  /** Every problem that it can report, with texts, by id. Ids of extensions from elsewhere contain a slash. */
  readonly problems: Catalogue;
  /** Checks while the file system is open, after the passes; not called for an image without a file system. */
  run?(context: ExtensionContext): void | Promise<void>;
  /** Takes the place of `run` for extensions that work together. */
  readonly group?: ExtensionGroup;
  /** Changes or adds to the finished report. Called in the order of the extensions, each with what the one before returned. */
  finish?(report: CheckReport, context: FinishContext): CheckReport | Promise<CheckReport>;
}

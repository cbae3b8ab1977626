/** The interface for additional checks: contents, features of readers, the boot path, block maps and baselines use it. */
import type { Digests } from './platform/digests';
import type { ReportFinding } from './problem/collector';
import type { Catalogue } from './problem/define';
import type { Progress } from './problem/options';
import type { Affected, CheckReport, ContentFacts, NotChecked } from './problem/report';
import type { ByteSource } from './source/source';
import type { Image } from './view/image';

/** What an extension can use while the file system is open. */
export interface ExtensionContext {
  /** The files as a mount would show them. */
  readonly image: Image;
  readonly report: ReportFinding;
  /** Whether the file system shows, by blocks of zeros or errors that the kernel recorded, that writes to it were lost. */
  readonly writesLost: boolean;
  /** Adds a path to the damaged ones. */
  affect(affected: Affected): void;
  /** Reports that a part could not be checked: the report is then never `clean`. */
  skip(part: NotChecked): void;
  /** Sets the facts about the contents of files in the report. */
  setContent(facts: ContentFacts): void;
  readonly onProgress: (step: Progress) => void;
  readonly signal: AbortSignal | undefined;
  /** Computes digests on this platform; undefined if only the package's own implementations are available. */
  readonly digests: Digests | undefined;
}

/** What an extension can use when the report is complete. */
export interface FinishContext {
  /** The image that was passed to the check; still open. */
  readonly source: ByteSource;
  readonly signal: AbortSignal | undefined;
}

/** Extensions that run together: for example, those that read contents of files share one reading. */
export interface ExtensionGroup {
  run(extensions: readonly Extension[], context: ExtensionContext): void | Promise<void>;
}

/** An additional check. A check uses an extension for one image at a time. */
export interface Extension {
  /** A short name, for the list of checked parts, progress and errors. */
  readonly name: string;
  /** Every problem that it can report, with texts, by id. Ids of external extensions contain a slash. */
  readonly problems: Catalogue;
  /** Runs after the passes, while the file system is open; not called for an image without a file system. */
  run?(context: ExtensionContext): void | Promise<void>;
  /** Replaces `run` for extensions that run together. */
  readonly group?: ExtensionGroup;
  /** Changes the complete report. Called in the order of the extensions, each with the result of the previous one. */
  finish?(report: CheckReport, context: FinishContext): CheckReport | Promise<CheckReport>;
}

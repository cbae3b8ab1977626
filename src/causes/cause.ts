/** What an entry of the diagnosis is: one cause of what was found, with its sentence and the steps that follow. */
import type { Severity } from '../problem/finding';
import type { Certainty, Step } from '../problem/report';
import type { Evidence } from './evidence';

/** Whether something is wrong with the file system, or with what was expected of it. */
export type Kind = 'damage' | 'sound' | 'not-a-file-system';

/** One cause. The entries are in files of their own, and `all.ts` has them in order. */
export interface CauseEntry {
  id: string;
  /** `damage`: of the image; `sound`: the file system is sound, something else differs; or the file is not one at all. */
  kind: Kind;
  /** How bad it is; the worst cause of a report comes first. */
  severity: Severity;
  certainty: Certainty;
  /** Whether the evidence points to this cause. `found` has the ids of the causes before it in the list. */
  holds(evidence: Evidence, found: ReadonlySet<string>): boolean;
  /** A clause that follows the name of the image and a colon, without a full stop. */
  headline(evidence: Evidence): string;
  /** The evidence and what it means, in sentences. */
  text(evidence: Evidence): string;
  /** What to do, in order. */
  steps(evidence: Evidence): Step[];
  /** Why a repair would do harm, as a sentence; absent if it would not. */
  refusesRepair?(evidence: Evidence): string;
  /** Whether every file can still be read or restored although paths are reported as unreadable. Default: false. */
  nothingLost?(evidence: Evidence): boolean;
}

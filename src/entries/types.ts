/** The types of reports for callers: ids of findings are those of known problems. */
import type { ProblemId } from '../all-problems';
import type { CheckOptions as AnyOptions } from '../check';
import type { Finding as AnyFinding } from '../problem/finding';
import type { CheckReport as AnyReport } from '../problem/report';

/** One problem at one location. */
export type Finding = AnyFinding<ProblemId>;

/** The result of a check of one image: JSON-safe data; see docs/report.schema.json. */
export type CheckReport = AnyReport<ProblemId>;

/** What a check can be asked for. */
export type CheckOptions = AnyOptions<ProblemId>;

/** Collects findings: counts all of them, keeps a limited number for each id. */
import type { Problem, ProblemEntry } from './define';
import { defaultE2fsckVersion, isLoggedBy, loggedBy, type VersionedCode } from './e2fsck-version';
import { allOnes64, type Data, type Finding, type Severity, type Where } from './finding';

/**
 * The function with which checks report. `code` selects one of the entry's e2fsck codes, by default the first; a list has the
 * code of each range of versions, where these differ from the entry's.
 */
export type ReportFinding = <D extends object>(
  problem: Problem<D>,
  where: Where,
  data: NoInfer<D>,
  code?: number | readonly VersionedCode[],
) => void;

/** e2fsck's problem codes as it logs them: 0x and six hexadecimal digits. */
export const formatCode = (code: number): string => `0x${code.toString(16).padStart(6, '0')}`;

/** A copy of the data of a finding. A number of 64 bits that are all set is 2^64 in JavaScript; its digits are exact. */
function exact(data: object): Data {
  const copy = { ...data } as Record<string, Data[string]>;
  for (const name in copy) {
    const value = copy[name];
    // text of digits may be a hash
    if (typeof value === 'number' && value >= 2 ** 64) copy[name] = allOnes64;
  }
  return copy;
}

export class Collector {
  readonly findings: Finding[] = [];
  /** Number of findings of each id, kept or not. */
  readonly counts = new Map<string, number>();
  readonly severityCounts: Record<Severity, number> = { info: 0, warning: 0, error: 0, fatal: 0 };

  constructor(
    private readonly maxPerId: number,
    private readonly onKept?: (finding: Finding) => void,
    /** The version of e2fsck whose codes findings get. */
    private readonly version = defaultE2fsckVersion,
  ) {}

  readonly report: ReportFinding = (problem, where, data, code = problem.e2fsck[0]) => {
    const count = (this.counts.get(problem.id) ?? 0) + 1;
    this.counts.set(problem.id, count);
    this.severityCounts[problem.severity]++;
    if (count > this.maxPerId) return;
    const finding: Finding = { id: problem.id, severity: problem.severity };
    const logged = this.codeOf(problem, code);
    if (logged !== undefined) finding.e2fsck = formatCode(logged);
    Object.assign(finding, where);
    if (Object.keys(data).length > 0) finding.data = exact(data);
    this.findings.push(finding);
    this.onKept?.(finding);
  };

  /** The code that the version of e2fsck logs; undefined if none. */
  private codeOf(problem: ProblemEntry, code: number | readonly VersionedCode[] | undefined): number | undefined {
    if (typeof code === 'object') return code.find((one) => isLoggedBy(this.version, one))?.code;
    return code !== undefined && isLoggedBy(this.version, loggedBy(problem, code)) ? code : undefined;
  }
}

/** A report as the causes see it: counts of findings, their data, and what they say about paths. */
import { type Data, type Finding, type Severity, severities } from '../problem/finding';
import type { CheckReport, EvidenceFacts } from '../problem/report';
import { Commands } from './commands';
import { type Family, familyOf } from './families';

const none: EvidenceFacts = { zeroBlocks: 0, zeroTableGroups: [], omittedFiles: 0 };

export class Evidence {
  readonly facts: EvidenceFacts;
  readonly commands: Commands;
  private readonly firsts = new Map<string, Finding>();
  private readonly bySeverity = new Map<Family, Record<Severity, number>>();

  constructor(readonly report: CheckReport) {
    this.facts = report.evidence ?? none;
    this.commands = new Commands(report.image, report.container);
    for (const finding of report.findings) if (!this.firsts.has(finding.id)) this.firsts.set(finding.id, finding);
    for (const [id, count] of Object.entries(report.counts)) {
      const severity = this.firsts.get(id)?.severity ?? 'error';
      this.of(familyOf(id))[severity] += count;
    }
  }

  /** Number of findings of a family, by severity. */
  of(family: Family): Record<Severity, number> {
    let counts = this.bySeverity.get(family);
    if (counts === undefined) {
      counts = { info: 0, warning: 0, error: 0, fatal: 0 };
      this.bySeverity.set(family, counts);
    }
    return counts;
  }

  /** Number of findings of a family that are warnings or worse. */
  failing(family: Family): number {
    const { warning, error, fatal } = this.of(family);
    return warning + error + fatal;
  }

  /** Number of different paths in the failing findings of a family; not complete if the report does not list them all. */
  pathsOf(family: Family): { count: number; complete: boolean } {
    const listed = this.report.findings.filter(({ id, severity }) => severity !== 'info' && familyOf(id) === family);
    const paths = new Set(listed.map(({ path }, i) => path ?? i));
    return { count: paths.size, complete: listed.length === this.failing(family) };
  }

  /** Number of findings with one of these ids. */
  count(...ids: readonly string[]): number {
    return ids.reduce((sum, id) => sum + (this.report.counts[id] ?? 0), 0);
  }

  /** The first finding with this id. */
  first(id: string): Finding | undefined {
    return this.firsts.get(id);
  }

  /** The data of the first finding with this id. */
  data(id: string): Data {
    return this.firsts.get(id)?.data ?? {};
  }

  /** Whether every finding about the structure that is at least a warning has one of these ids. */
  onlyStructure(ids: ReadonlySet<string>): boolean {
    return Object.keys(this.report.counts).every(
      (id) => ids.has(id) || familyOf(id) !== 'structure' || this.firsts.get(id)?.severity === 'info',
    );
  }

  /** The worst severity of a finding about the structure; null without one. */
  get worstOfStructure(): Severity | null {
    const counts = this.of('structure');
    return [...severities].reverse().find((severity) => counts[severity] > 0) ?? null;
  }

  /** Whether nothing worse than bookkeeping was found in the structure. */
  get isSound(): boolean {
    return this.worstOfStructure === null || this.worstOfStructure === 'info';
  }

  /** Whether no path is lost or damaged. */
  get keepsAllPaths(): boolean {
    return this.report.affectedCount === 0;
  }

  /** Whether the root directory is lost, and every path with it. */
  get losesRoot(): boolean {
    return this.count('root-inode-missing', 'root-not-directory') > 0;
  }

  /** Bytes that the file system needs. */
  get neededBytes(): number {
    const facts = this.report.filesystem;
    return facts === null ? 0 : facts.blocks * facts.blockSize;
  }
}

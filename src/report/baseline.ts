/** Baselines: findings that are known and accepted, so that a check fails only on new ones. */
import { ExtcheckError, messageOf } from '../error';
import type { Finding } from '../problem/finding';
import { type CheckReport, verdictOf } from '../problem/report';
import { fingerprintOf } from './fingerprint';
import { isAboutRequired, requiredFindings } from './required';

/** Accepted findings; JSON-safe, and the content of a baseline file. */
export interface Baseline {
  version: 1;
  /** How often each fingerprint is accepted. */
  accepted: Record<string, number>;
  /** Damaged paths of these findings. */
  affected: string[];
}

/** The baseline cannot be used or made. The message is a clause without a full stop. */
export class BaselineError extends ExtcheckError {
  override readonly name = 'BaselineError';

  constructor(message: string) {
    super('invalid-baseline', message);
  }
}

/** Whether no baseline accepts the finding: it is `fatal`, or a required path failed. */
const isNeverAccepted = ({ id, severity }: Finding): boolean => severity === 'fatal' || isAboutRequired(id);

/**
 * The baseline that accepts the findings of a report, except those that are never accepted: `fatal` ones and required paths.
 * @throws BaselineError if the report does not hold all of its findings, see `maxFindings`
 */
export function baselineOf(report: CheckReport): Baseline {
  const kept = new Map<string, number>();
  for (const { id } of report.findings) kept.set(id, (kept.get(id) ?? 0) + 1);
  const beyond = Object.entries(report.counts).find(([id, count]) => count > (kept.get(id) ?? 0));
  if (beyond !== undefined || report.affectedCount > report.affected.length)
    throw new BaselineError(
      `the report has only part of the findings${beyond === undefined ? '' : ` (there are ${beyond[1]} of ${beyond[0]})`}; keep more of them with --max-findings`,
    );
  const accepted = new Map<string, number>();
  for (const finding of report.findings) {
    if (isNeverAccepted(finding)) continue;
    const name = fingerprintOf(finding);
    accepted.set(name, (accepted.get(name) ?? 0) + 1);
  }
  const sorted = [...accepted].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    version: 1,
    accepted: Object.fromEntries(sorted),
    affected: report.affected.map(({ path }) => path).sort(),
  };
}

/**
 * The baseline in a JSON text.
 * @throws BaselineError if the text is not a baseline
 */
export function parseBaseline(text: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new BaselineError(`it is not JSON: ${messageOf(error)}`);
  }
  const { version, accepted, affected } = Object(value) as Record<string, unknown>;
  if (version !== 1) throw new BaselineError("it lacks 'version': 1");
  if (typeof accepted !== 'object' || accepted === null || Array.isArray(accepted))
    throw new BaselineError("'accepted' must be an object with a count for each fingerprint");
  const wrong = Object.entries(accepted).find(([, count]) => !Number.isSafeInteger(count) || Number(count) < 1);
  if (wrong !== undefined)
    throw new BaselineError(`'accepted' must have a count of 1 or greater for ${wrong[0].slice(0, 200)}`);
  if (!Array.isArray(affected) || affected.some((path) => typeof path !== 'string'))
    throw new BaselineError("'affected' must be a list of paths");
  return { version: 1, accepted: { ...accepted } as Record<string, number>, affected: [...affected] };
}

/**
 * The report without accepted findings: they are moved into `report.baseline`, and counts and verdict are those of the
 * rest. The baseline has a count for each fingerprint. `fatal` findings, required paths that failed and parts that were not
 * checked are never accepted; `report.baseline.refused` counts the first two. If the report has a damaged path that the
 * baseline does not have, the damage has grown, and no error is accepted.
 */
export function withBaseline(report: CheckReport, baseline: Baseline): CheckReport {
  const known = new Set(baseline.affected);
  const affected = report.affected.filter(({ path }) => !known.has(path));
  const grown = affected.length > 0 || report.affectedCount > report.affected.length;
  const left = new Map(Object.entries(baseline.accepted));
  const findings: Finding[] = [];
  const accepted: Finding[] = [];
  for (const finding of report.findings) {
    const name = fingerprintOf(finding);
    const times = left.get(name) ?? 0;
    if (times > 0) left.set(name, times - 1);
    const refused = times === 0 || isNeverAccepted(finding) || (grown && finding.severity === 'error');
    (refused ? findings : accepted).push(finding);
  }
  const counts = { ...report.counts };
  const severityCounts = { ...report.severityCounts };
  for (const { id, severity } of accepted) {
    counts[id]!--;
    if (counts[id] === 0) delete counts[id];
    severityCounts[severity]--;
  }
  const unused = [...left.values()].reduce((sum, times) => sum + times, 0);
  const keepsAffected = grown || severityCounts.fatal > 0;
  return {
    ...report,
    verdict: verdictOf(severityCounts, report.notChecked),
    affected: keepsAffected ? report.affected : [],
    affectedCount: keepsAffected ? report.affectedCount : 0,
    findings,
    counts,
    severityCounts,
    baseline: {
      accepted: accepted.length,
      unused,
      refused: severityCounts.fatal + requiredFindings(report),
      findings: accepted,
    },
  };
}

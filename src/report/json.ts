/** The report as JSON, with each finding's sentence added; docs/report.schema.json describes what is printed. */

import type { Catalogue } from '../problem/define';
import type { Finding } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { escapedJson } from './json-text';
import { formatFinding } from './message';

/** A finding as printed: with its sentence, whose wording may change in a later version. */
export interface PrintedFinding extends Finding {
  message: string;
}

/** A report as printed. */
export interface PrintedReport extends Omit<CheckReport, 'findings'> {
  findings: PrintedFinding[];
}

/** How `renderJson` prints. */
export interface JsonOptions {
  /** Spaces for each level; 0 puts the report on one line, which NDJSON requires. Default 0. */
  indent?: number;
  /** Prefix of every line except the first, for a report inside an array. */
  margin?: string;
}

/**
 * The report with a `message` in each finding and its keys in a fixed order, as `JSON.stringify` prints it, in pieces
 * without a newline at the end, so that a long report does not have to be one string. Control and formatting characters
 * that JSON would leave unchanged are escaped, which makes the text safe for a terminal and changes no value.
 */
export function* jsonPieces(report: CheckReport, catalogue: Catalogue, options: JsonOptions = {}): Generator<string> {
  const { indent = 0, margin = '' } = options;
  const lineEnd = indent === 0 ? '' : `\n${margin}`;
  const inner = indent === 0 ? '' : `${lineEnd}${' '.repeat(indent)}`;
  const innermost = indent === 0 ? '' : `${inner}${' '.repeat(indent)}`;
  const colon = indent === 0 ? ':' : ': ';
  const text = (value: unknown, newline: string): string =>
    escapedJson(JSON.stringify(value, null, indent)).replaceAll('\n', newline);
  let piece = '{';
  let first = true;
  for (const [key, value] of members(report, catalogue)) {
    piece += `${first ? '' : ','}${inner}${JSON.stringify(key)}${colon}`;
    first = false;
    if (key !== 'findings' || report.findings.length === 0) {
      piece += text(value, inner);
      continue;
    }
    piece += '[';
    for (let i = 0; i < report.findings.length; i++) {
      piece += `${i === 0 ? '' : ','}${innermost}${text(printedFinding(report.findings[i]!, catalogue), innermost)}`;
      if (piece.length > 1 << 16) {
        yield piece;
        piece = '';
      }
    }
    piece += `${inner}]`;
  }
  yield `${piece}${lineEnd}}`;
}

/** Keys and values in the order they are printed; keys without a value are left out. */
function members(report: CheckReport, catalogue: Catalogue): [string, unknown][] {
  const inOrder: Record<keyof CheckReport, unknown> = {
    schemaVersion: report.schemaVersion,
    image: report.image,
    verdict: report.verdict,
    filesystem: report.filesystem,
    journal: report.journal,
    mountable: report.mountable,
    foundAtStart: report.foundAtStart,
    container: report.container,
    followedBy: report.followedBy,
    partition: report.partition,
    mounted: report.mounted,
    checked: report.checked,
    notChecked: report.notChecked,
    causes: report.causes,
    steps: report.steps,
    evidence: report.evidence,
    affected: report.affected,
    affectedCount: report.affectedCount,
    required: report.required,
    baseline: report.baseline && {
      ...report.baseline,
      findings: report.baseline.findings.map((finding) => printedFinding(finding, catalogue)),
    },
    content: report.content,
    layout: report.layout,
    findings: report.findings,
    counts: report.counts,
    severityCounts: report.severityCounts,
    io: report.io,
  };
  return Object.entries(inOrder).filter(([, value]) => value !== undefined);
}

function printedFinding(finding: Finding, catalogue: Catalogue): PrintedFinding {
  const { id, severity, e2fsck, inode, directory, group, block, path, bytes, fileByte, data } = finding;
  return {
    id,
    severity,
    ...(e2fsck !== undefined && { e2fsck }),
    message: formatFinding(finding, catalogue),
    ...(inode !== undefined && { inode }),
    ...(directory !== undefined && { directory }),
    ...(group !== undefined && { group }),
    ...(block !== undefined && { block }),
    ...(path !== undefined && { path }),
    ...(bytes !== undefined && { bytes }),
    ...(fileByte !== undefined && { fileByte }),
    ...(data !== undefined && { data }),
  };
}

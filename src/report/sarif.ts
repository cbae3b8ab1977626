/** The report as SARIF 2.1.0, a format for findings that code hosts and editors import. */
import { homepage } from '../../package.json';
import type { Catalogue, DescribedProblem } from '../problem/define';
import { type Finding, type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { partNames } from './container-words';
import { exitStatus } from './exit-status';
import { severityMeanings } from './explain';
import { fingerprintOf } from './fingerprint';
import { imagePlace } from './image-place';
import { entryOf, formatFinding, titleOf } from './message';
import { printable } from './printable';
import { counted, stopped } from './words';

/** GitHub refuses files with more results. */
export const maxSarifResults = 25_000;

const levels: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  info: 'note',
  warning: 'warning',
  error: 'error',
  fatal: 'error',
};

/** How `renderSarif` prints. */
export interface SarifOptions {
  catalogue?: Catalogue;
  /** Version of extcheck. */
  version?: string;
  /** Severity from which the run is not successful. Default `warning`. */
  threshold?: Severity;
}

/** One finding and the report of its image. */
interface Row {
  report: CheckReport;
  finding: Finding;
  accepted: boolean;
}

/**
 * A SARIF log with one run for all images: a result for each finding; if there are more than 25,000, only the worst. Findings
 * that a baseline accepted are results with a suppression. Unchecked parts and omitted results are notifications of the run.
 */
export function sarifLog(reports: readonly CheckReport[], options: SarifOptions = {}): object {
  const { catalogue = {}, version, threshold = 'warning' } = options;
  const all = reports.flatMap((report) => [
    ...report.findings.map((finding): Row => ({ report, finding, accepted: false })),
    ...(report.baseline?.findings ?? []).map((finding): Row => ({ report, finding, accepted: true })),
  ]);
  const rows = all.length > maxSarifResults ? worstFirst(all).slice(0, maxSarifResults) : all;
  const ids = [...new Set(rows.map(({ finding }) => finding.id))].sort();
  const status = reports.reduce((sum, report) => sum | exitStatus(report, threshold), 0);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'extcheck',
            informationUri: homepage,
            ...(version !== undefined && { version, semanticVersion: version }),
            rules: ids.map((id) => ruleOf(id, rows, catalogue)),
          },
        },
        artifacts: reports.map((report) => ({ location: { uri: uriOf(report).uri }, roles: ['analysisTarget'] })),
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: (status & 8) === 0,
            exitCode: status,
            toolExecutionNotifications: [...gaps(reports), ...leftOut(all.length - rows.length, reports)],
          },
        ],
        results: rows.map((row) => resultOf(row, ids.indexOf(row.finding.id), reports.indexOf(row.report), catalogue)),
      },
    ],
  };
}

const worstFirst = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => severities.indexOf(b.finding.severity) - severities.indexOf(a.finding.severity));

function ruleOf(id: string, rows: readonly Row[], catalogue: Catalogue): object {
  const entry: DescribedProblem | undefined = entryOf(id, catalogue);
  const severity = entry?.severity ?? rows.find(({ finding }) => finding.id === id)!.finding.severity;
  const title = titleOf(id, catalogue);
  const explain = entry?.explain ?? title;
  return {
    id,
    shortDescription: { text: stopped(title) },
    fullDescription: { text: stopped(explain) },
    help: {
      text: `${stopped(explain)}\n\n${severity}: ${severityMeanings[severity]}`,
      markdown: `${stopped(explain)}\n\n**${severity}**: ${severityMeanings[severity]}`,
    },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['ext4', 'file-system'], severity },
  };
}

function resultOf({ report, finding, accepted }: Row, ruleIndex: number, index: number, catalogue: Catalogue): object {
  return {
    ruleId: finding.id,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: stopped(formatFinding(finding, catalogue)) },
    locations: [locationOf(report, finding, index)],
    partialFingerprints: { 'extcheckFinding/v1': fingerprintOf(finding) },
    ...(accepted && { suppressions: [{ kind: 'external', status: 'accepted', justification: 'in the baseline' }] }),
    properties: {
      severity: finding.severity,
      ...(finding.e2fsck !== undefined && { e2fsck: finding.e2fsck }),
      ...(finding.inode !== undefined && { inode: finding.inode }),
    },
  };
}

/** The image as artifact, the bytes in it as address, and the path in the image as logical location. */
function locationOf(report: CheckReport, finding: Finding, index: number): object {
  const { path, bytes, inode, group } = finding;
  const { uri } = uriOf(report);
  const address = addressOf(report, finding);
  const parts = partNames(report.container ?? []);
  const logical =
    path !== undefined
      ? [
          {
            fullyQualifiedName: printable(path),
            name: printable(path.slice(path.lastIndexOf('/') + 1)) || '/',
            kind: 'file',
          },
        ]
      : inode !== undefined
        ? [{ fullyQualifiedName: `inode ${inode}`, kind: 'inode' }]
        : group !== undefined
          ? [{ fullyQualifiedName: `group ${group}`, kind: 'block group' }]
          : [];
  if (parts !== '') logical.push({ fullyQualifiedName: parts, name: parts, kind: 'partition' });
  return {
    physicalLocation: {
      artifactLocation: { uri, index },
      // an image has no lines, but GitHub does not show a result without one
      region: { startLine: 1 },
      ...(bytes !== undefined &&
        address !== undefined && {
          address: { absoluteAddress: address, length: bytes.length, kind: 'data' },
        }),
    },
    ...(logical.length > 0 && { logicalLocations: logical }),
  };
}

/** The byte of the file at which a finding is; undefined where the file has its bytes in another form. */
function addressOf(report: CheckReport, { bytes, fileByte }: Finding): number | undefined {
  if (bytes === undefined || report.container !== undefined) return fileByte;
  return uriOf(report).offset + bytes.at;
}

/** The image's name as a relative or file URI, and where the file system starts in it, in bytes. */
function uriOf({ image = 'image' }: CheckReport): { uri: string; offset: number } {
  const { file, offset } = imagePlace(image);
  // a URI cannot contain half of a surrogate pair
  const path = file.replace(/\p{Cs}/gu, '\ufffd');
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const uri = path.startsWith('/') ? `file://${escaped}` : escaped;
  return { uri, offset };
}

const gaps = (reports: readonly CheckReport[]): object[] =>
  reports.flatMap((report) =>
    report.notChecked.map(({ what, why }) => ({
      level: 'warning',
      descriptor: { id: 'not-checked' },
      message: {
        text: stopped(`${printable(report.image ?? 'image')}: not checked: ${printable(what)}: ${printable(why)}`),
      },
    })),
  );

function leftOut(results: number, reports: readonly CheckReport[]): object[] {
  const unkept = reports.reduce(
    (sum, { counts, findings }) => sum + Object.values(counts).reduce((all, one) => all + one, 0) - findings.length,
    0,
  );
  const said: string[] = [];
  if (results > 0)
    said.push(
      `${counted(results, 'result')} of the lowest severity ${results === 1 ? 'is' : 'are'} omitted: a file can have ${maxSarifResults}.`,
    );
  if (unkept > 0) said.push(`${counted(unkept, 'more finding')} were counted, but not kept; see --max-findings.`);
  return said.map((text) => ({ level: 'note', descriptor: { id: 'left-out' }, message: { text } }));
}

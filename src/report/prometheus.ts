/** The report as metrics in Prometheus' text format, for the textfile collector of node_exporter. */
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { exitStatus } from './exit-status';

/** How `renderPrometheus` prints. */
export interface PrometheusOptions {
  threshold?: Severity;
  /** When the run ended. */
  now: Date;
  /** Duration of the whole run in seconds; omitted if unknown. */
  duration?: number;
}

const verdicts = ['clean', 'info', 'warning', 'error', 'fatal', 'incomplete'] as const;

/** Metrics on all images and on the run; ends with a newline. */
export function renderPrometheus(reports: readonly CheckReport[], options: PrometheusOptions): string {
  const { threshold = 'warning', now, duration } = options;
  const lines: string[] = [];
  const gauge = (name: string, help: string, rows: readonly string[]) => {
    lines.push(`# HELP extcheck_${name} ${help}`, `# TYPE extcheck_${name} gauge`);
    for (const row of rows) lines.push(`extcheck_${name}${row}`);
  };
  const perImage = (value: (report: CheckReport) => number) =>
    reports.map((report) => `{image="${label(report.image ?? '')}"} ${value(report)}`);
  gauge(
    'findings',
    'Findings by severity, without those that a baseline accepts.',
    reports.flatMap(({ image = '', severityCounts }) =>
      severities.map((name) => `{image="${label(image)}",severity="${name}"} ${severityCounts[name]}`),
    ),
  );
  gauge(
    'verdict',
    '1 for the verdict on the image, 0 for all others.',
    reports.flatMap(({ image = '', verdict }) =>
      verdicts.map((name) => `{image="${label(image)}",verdict="${name}"} ${name === verdict ? 1 : 0}`),
    ),
  );
  gauge(
    'exit_status',
    'Exit status for the image: 0 pass, 4 problems, 8 could not be checked.',
    perImage((report) => exitStatus(report, threshold)),
  );
  gauge(
    'affected_paths',
    'Paths that are lost or damaged.',
    perImage((report) => report.affectedCount),
  );
  gauge(
    'not_checked',
    'Parts that could not be checked.',
    perImage((report) => report.notChecked.length),
  );
  gauge(
    'accepted_findings',
    'Findings that a baseline accepts.',
    perImage((report) => report.baseline?.accepted ?? 0),
  );
  gauge(
    'read_bytes',
    'Bytes read from the image.',
    perImage((report) => report.io.bytesRead),
  );
  gauge('last_run_timestamp_seconds', 'When the run ended.', [` ${Math.floor(now.getTime() / 1000)}`]);
  if (duration !== undefined) gauge('duration_seconds', 'How long the run took.', [` ${duration}`]);
  return `${lines.join('\n')}\n`;
}

const label = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cs}/gu, '\ufffd');

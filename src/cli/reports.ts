/** Writes the reports of `--report`. */
import { version } from '../../package.json';
import type { Catalogue } from '../problem/define';
import type { Severity } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { exitStatuses } from '../report/exit-status';
import { renderGithub } from '../report/github';
import { jsonPieces } from '../report/json';
import { renderJunit } from '../report/junit';
import { renderMarkdown } from '../report/markdown';

import { printable } from '../report/printable';
import { renderPrometheus } from '../report/prometheus';
import { sarifLog } from '../report/sarif';
import { appendTo, writeWhole } from './files';
import type { ReportArgument, ReportKind } from './gate-options';
import type { Io } from './io';

export interface ReportsOptions {
  catalogue: Catalogue;
  threshold: Severity;
  /** Whether standard output is text, so that annotations can be printed to it. */
  textOnOutput: boolean;
}

/** Writes each report completely or not at all. Resolves with the status to add: 8 if one could not be written. */
export async function writeReports(
  wanted: readonly ReportArgument[],
  reports: readonly CheckReport[],
  options: ReportsOptions,
  io: Io,
): Promise<number> {
  let status = 0;
  const failed = (what: string, why: string | null) => {
    if (why === null) return;
    io.err(`extcheck: ${what} could not be written: ${why}.\n`);
    status = exitStatuses.unchecked;
  };
  for (const { kind, file } of wanted) {
    if (file !== undefined)
      failed(`the report ${printable(file)}`, writeWhole(file, await piecesOf(kind, reports, options)));
    else if (options.textOnOutput) await io.out(renderGithub(reports, options));
    else io.err(renderGithub(reports, options));
    const summary = io.env['GITHUB_STEP_SUMMARY'];
    if (kind === 'github' && summary)
      failed('the step summary', appendTo(summary, `${renderMarkdown(reports, options)}\n`));
  }
  return status;
}

async function piecesOf(
  kind: ReportKind,
  reports: readonly CheckReport[],
  options: ReportsOptions,
): Promise<Iterable<string>> {
  switch (kind) {
    case 'sarif':
      return [`${JSON.stringify(sarifLog(reports, { ...options, version }), null, 1)}\n`];
    case 'junit':
      return [renderJunit(reports, options)];
    case 'github':
      return [renderGithub(reports, options)];
    case 'markdown':
      return [renderMarkdown(reports, options)];
    case 'html': {
      const [{ renderHtml }, { sha256Base64 }] = await Promise.all([
        import('../report/html/page'),
        import('../bytes/sha256-text'),
      ]);
      return [renderHtml(reports, options, sha256Base64)];
    }
    case 'prometheus':
      return [renderPrometheus(reports, { ...options, now: new Date(), duration: process.uptime() })];
    case 'ndjson':
      return lines(reports, options.catalogue);
    case 'json':
      return reports.length === 1 ? pretty(reports[0]!, options.catalogue, '') : array(reports, options.catalogue);
  }
}

function* lines(reports: readonly CheckReport[], catalogue: Catalogue): Generator<string> {
  for (const report of reports) {
    yield* jsonPieces(report, catalogue);
    yield '\n';
  }
}

function* pretty(report: CheckReport, catalogue: Catalogue, margin: string): Generator<string> {
  yield* jsonPieces(report, catalogue, { indent: 2, margin });
  if (margin === '') yield '\n';
}

function* array(reports: readonly CheckReport[], catalogue: Catalogue): Generator<string> {
  for (const [i, report] of reports.entries()) {
    yield i === 0 ? '[\n  ' : ',\n  ';
    yield* pretty(report, catalogue, '  ');
  }
  yield reports.length === 0 ? '[]\n' : '\n]\n';
}

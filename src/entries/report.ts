/** The entry `extcheck/report`: reports as text, JSON, SARIF, JUnit, GitHub annotations, Prometheus metrics, Markdown and HTML; baselines. */
import { allProblems } from '../all-problems';
import { sha256Base64 } from '../bytes/sha256-text';
import { withCauses } from '../causes/diagnose';
import type { Extension } from '../extension';
import type { Catalogue } from '../problem/define';
import type { CheckReport } from '../problem/report';
import { withBaseline as applyBaseline, type Baseline, baselineOf as newBaseline } from '../report/baseline';
import { type Explanation, explainProblem as explain } from '../report/explain';
import { type GithubOptions, renderGithub as github } from '../report/github';
import { type HtmlOptions, renderHtml as page } from '../report/html/page';
import { type JsonOptions, jsonPieces } from '../report/json';
import { type JunitOptions, renderJunit as junit } from '../report/junit';
import { type MarkdownOptions, renderMarkdown as markdown } from '../report/markdown';
import { type PrometheusOptions, renderPrometheus as prometheus } from '../report/prometheus';
import { type SarifOptions, sarifLog } from '../report/sarif';
import { type TextOptions, renderText as text } from '../report/text';
import { requireOptions, requireText } from './arguments';
import { kinds, requireBaseline, requireReport, requireReports } from './report-arguments';

export type { Catalogue, DescribedProblem } from '../problem/define';
export { type Baseline, BaselineError, parseBaseline } from '../report/baseline';
export type { Explanation } from '../report/explain';
export { fingerprintOf } from '../report/fingerprint';
export type { GithubOptions } from '../report/github';
export type { HtmlOptions } from '../report/html/page';
export type { JsonOptions, PrintedFinding, PrintedReport } from '../report/json';
export type { JunitOptions } from '../report/junit';
export type { MarkdownOptions } from '../report/markdown';
export type { PrometheusOptions } from '../report/prometheus';
export type { SarifOptions } from '../report/sarif';
export type { TextOptions } from '../report/text';

/** Every problem of extcheck itself, with texts, by id. */
export const problems: Catalogue = allProblems;

/** The options with the problems of extcheck, unless they have others. */
const described = <T extends { catalogue?: Catalogue }>(options: T): T & { catalogue: Catalogue } => ({
  ...options,
  catalogue: options.catalogue ?? allProblems,
});

/** The text report. Everything from the image is made printable. Ends with a newline. */
export function renderText(report: CheckReport, options: TextOptions = {}): string {
  requireReport(report, options, kinds.text, 'renderText');
  return text(report, described(options));
}

/** The report as JSON, each finding with its sentence as `message`; docs/report.schema.json describes it. Without a newline. */
export function renderJson(report: CheckReport, options: JsonOptions & { catalogue?: Catalogue } = {}): string {
  requireReport(report, options, kinds.json, 'renderJson');
  return [...jsonPieces(report, options.catalogue ?? allProblems, options)].join('');
}

/** A SARIF 2.1.0 log of one run over all reports, as JSON, with at most 25,000 results; if there are more, the worst. */
export function renderSarif(reports: readonly CheckReport[], options: SarifOptions = {}): string {
  requireReports(reports, options, kinds.sarif, 'renderSarif');
  return JSON.stringify(sarifLog(reports, described(options)), null, 1);
}

/** JUnit XML: a suite for each image. */
export function renderJunit(reports: readonly CheckReport[], options: JunitOptions = {}): string {
  requireReports(reports, options, kinds.junit, 'renderJunit');
  return junit(reports, described(options));
}

/** GitHub workflow commands, one per line: the verdict on each image, then at most ten annotations of each level. */
export function renderGithub(reports: readonly CheckReport[], options: GithubOptions = {}): string {
  requireReports(reports, options, kinds.github, 'renderGithub');
  return github(reports, described(options));
}

/** Markdown with one section for each image. */
export function renderMarkdown(reports: readonly CheckReport[], options: MarkdownOptions = {}): string {
  requireReports(reports, options, kinds.markdown, 'renderMarkdown');
  return markdown(reports, described(options));
}

/**
 * One HTML document for all images, to be opened in a browser: it loads nothing and works without scripts. For the block map
 * a report needs `layout`, see `layoutMap` of `extcheck/content`.
 */
export function renderHtml(reports: readonly CheckReport[], options: HtmlOptions = {}): string {
  requireReports(reports, options, kinds.html, 'renderHtml');
  return page(reports, described(options), sha256Base64);
}

/** Metrics on all images and on the run; ends with a newline. */
export function renderPrometheus(reports: readonly CheckReport[], options: PrometheusOptions): string {
  requireReports(reports, options, kinds.prometheus, 'renderPrometheus');
  return prometheus(reports, options);
}

/** Explains a problem by its id or by e2fsck's code, such as `0x010005`; `list` shows all problems. */
export function explainProblem(id: string, options: { catalogue?: Catalogue; width?: number } = {}): Explanation {
  requireText(id, 'an id, a code or list', 'explainProblem');
  requireOptions(options, kinds.explanation, 'explainProblem');
  return explain(id, options.catalogue ?? allProblems, options.width);
}

/**
 * The baseline that accepts the findings of a report, except those that are never accepted: `fatal` ones and required paths.
 * @throws BaselineError if the report does not hold all of its findings, see `maxFindings`
 */
export function baselineOf(report: CheckReport): Baseline {
  requireReport(report, {}, {}, 'baselineOf');
  return newBaseline(report);
}

/**
 * The report without accepted findings: they are moved into `report.baseline`; counts, verdict, causes and steps are those
 * of the rest. The baseline has a count for each fingerprint. `fatal` findings, required paths that failed and parts that
 * were not checked are never accepted; `report.baseline.refused` counts the first two. If the report has a damaged path that
 * the baseline does not have, the damage has grown, and no error is accepted.
 */
export function withBaseline(report: CheckReport, baseline: Baseline): CheckReport {
  requireReport(report, {}, {}, 'withBaseline');
  requireBaseline(baseline, 'withBaseline');
  return withCauses(applyBaseline(report, baseline));
}

/** Moves the findings that a baseline accepts into `report.baseline`; see `withBaseline`. */
export function baselineCheck(baseline: Baseline): Extension {
  requireBaseline(baseline, 'baselineCheck');
  return { name: 'baseline', problems: {}, finish: (report) => applyBaseline(report, baseline) };
}

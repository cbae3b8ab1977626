/** The entry `extcheck/report`: reports as text, JSON, SARIF, JUnit, GitHub annotations, Prometheus metrics and Markdown; baselines. */
import { allProblems } from '../all-problems';
import { withCauses } from '../causes/diagnose';
import type { Extension } from '../extension';
import type { Catalogue } from '../problem/define';
import type { CheckReport } from '../problem/report';
import { withBaseline as accept, type Baseline } from '../report/baseline';
import { type Explanation, explainProblem as explain } from '../report/explain';
import { type GithubOptions, renderGithub as github } from '../report/github';
import { type JsonOptions, jsonPieces } from '../report/json';
import { type JunitOptions, renderJunit as junit } from '../report/junit';
import { type MarkdownOptions, renderMarkdown as markdown } from '../report/markdown';
import { type SarifOptions, sarifLog } from '../report/sarif';
import { type TextOptions, renderText as text } from '../report/text';

export type { Catalogue, DescribedProblem } from '../problem/define';
export { type Baseline, BaselineError, baselineOf, parseBaseline } from '../report/baseline';
export type { Explanation } from '../report/explain';
export { fingerprintOf } from '../report/fingerprint';
export type { GithubOptions } from '../report/github';
export type { JsonOptions, PrintedFinding, PrintedReport } from '../report/json';
export type { JunitOptions } from '../report/junit';
export type { MarkdownOptions } from '../report/markdown';
export { type PrometheusOptions, renderPrometheus } from '../report/prometheus';
export type { SarifOptions } from '../report/sarif';
export type { TextOptions } from '../report/text';

/** Every problem of extcheck itself, with texts, by id. */
export const problems: Catalogue = allProblems;

/** The text report. Everything from the image is made printable. Ends with a newline. */
export const renderText = (report: CheckReport, options: TextOptions = {}): string =>
  text(report, { catalogue: allProblems, ...options });

/** The report as JSON, each finding with its sentence as `message`; docs/report.schema.json describes it. Without a newline. */
export const renderJson = (report: CheckReport, options: JsonOptions & { catalogue?: Catalogue } = {}): string =>
  [...jsonPieces(report, options.catalogue ?? allProblems, options)].join('');

/** A SARIF 2.1.0 log of one run over all reports, as JSON, with at most 25,000 results; if there are more, the worst. */
export const renderSarif = (reports: readonly CheckReport[], options: SarifOptions = {}): string =>
  JSON.stringify(sarifLog(reports, { catalogue: allProblems, ...options }), null, 1);

/** JUnit XML: a suite for each image. */
export const renderJunit = (reports: readonly CheckReport[], options: JunitOptions = {}): string =>
  junit(reports, { catalogue: allProblems, ...options });

/** GitHub workflow commands, one per line: the verdict on each image, then at most ten annotations of each level. */
export const renderGithub = (reports: readonly CheckReport[], options: GithubOptions = {}): string =>
  github(reports, { catalogue: allProblems, ...options });

/** Markdown with one section for each image. */
export const renderMarkdown = (reports: readonly CheckReport[], options: MarkdownOptions = {}): string =>
  markdown(reports, { catalogue: allProblems, ...options });

/** Explains a problem by its id or by e2fsck's code, such as `0x010005`; `list` shows all problems. */
export const explainProblem = (id: string, options: { catalogue?: Catalogue; width?: number } = {}): Explanation =>
  explain(id, options.catalogue ?? allProblems, options.width);

/** Moves the findings that a baseline accepts into `report.baseline`; see `withBaseline`. */
export const baselineCheck = (baseline: Baseline): Extension => ({
  name: 'baseline',
  problems: {},
  finish: (report) => accept(report, baseline),
});

/**
 * The report without accepted findings: they are moved into `report.baseline`; counts, verdict, causes and steps are those of
 * the rest. `fatal` findings, required paths that failed and parts that were not checked are never accepted. If the report has
 * a damaged path that the baseline does not have, the damage has grown, and no error is accepted.
 */
export const withBaseline = (report: CheckReport, baseline: Baseline): CheckReport =>
  withCauses(accept(report, baseline));

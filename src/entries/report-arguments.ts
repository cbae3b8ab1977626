/** Checks the arguments of the functions of `extcheck/report`, and of `exitStatus`. */
import { ArgumentError } from '../error';
import type { Catalogue } from '../problem/define';
import { type Severity, severities } from '../problem/finding';
import type { Baseline } from '../report/baseline';
import type { GithubOptions } from '../report/github';
import type { HtmlOptions } from '../report/html/page';
import type { JsonOptions } from '../report/json';
import type { JunitOptions } from '../report/junit';
import type { MarkdownOptions } from '../report/markdown';
import type { PrometheusOptions } from '../report/prometheus';
import type { SarifOptions } from '../report/sarif';
import type { TextOptions } from '../report/text';
import { type OptionKinds, requireMembers, requireOptions } from './arguments';

const severity = { oneOf: severities };
const common = { catalogue: 'object', threshold: severity } as const;

const text: OptionKinds<TextOptions> = {
  ...common,
  color: 'boolean',
  width: 'number',
  verbose: 'boolean',
  quiet: 'boolean',
};
const json: OptionKinds<JsonOptions & { catalogue?: Catalogue }> = {
  catalogue: 'object',
  indent: 'number',
  margin: 'string',
};
const sarif: OptionKinds<SarifOptions> = { ...common, version: 'string' };
const junit: OptionKinds<JunitOptions> = common;
const github: OptionKinds<GithubOptions> = common;
const html: OptionKinds<HtmlOptions> = common;
const markdown: OptionKinds<MarkdownOptions> = { ...common, most: 'number' };
const prometheus: OptionKinds<PrometheusOptions> = { threshold: severity, now: 'date', duration: 'number' };
const explanation: OptionKinds<{ catalogue?: Catalogue; width?: number }> = { catalogue: 'object', width: 'number' };

/** The options of each function. */
export const kinds = { text, json, sarif, junit, github, html, markdown, prometheus, explanation };

/** @throws ArgumentError if `report` is not the report of a check, or for an invalid option */
export function requireReport<T extends object>(report: unknown, options: T, of: OptionKinds<T>, caller: string): void {
  requireMembers(report, 'a report', ['findings', 'counts', 'severityCounts', 'notChecked', 'required'], caller);
  requireOptions(options, of, caller);
}

/** @throws ArgumentError if `reports` is not a list of reports, or for an invalid option */
export function requireReports<T extends object>(
  reports: unknown,
  options: T,
  of: OptionKinds<T>,
  caller: string,
): void {
  if (!Array.isArray(reports)) {
    requireMembers(reports, 'a list of reports', [], caller);
    throw new ArgumentError(`${caller} needs a list of reports: pass [report].`);
  }
  for (const report of reports) requireReport(report, options, of, caller);
  requireOptions(options, of, caller);
}

/** @throws ArgumentError if `threshold` is not a severity */
export const requireThreshold = (threshold: Severity, caller: string): void =>
  requireOptions({ threshold }, { threshold: severity }, caller);

/** @throws ArgumentError if `baseline` is not a baseline */
export const requireBaseline = (baseline: Baseline, caller: string): void =>
  requireMembers(baseline, 'a baseline', ['accepted', 'affected'], caller);

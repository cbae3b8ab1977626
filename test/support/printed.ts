/** Reports as JSON prints them. */
import type { Catalogue } from '../../src/problem/define';
import type { CheckReport } from '../../src/problem/report';
import { type JsonOptions, jsonPieces, type PrintedReport } from '../../src/report/json';

/** The report as one string that ends with a newline; on one line by default. */
export const jsonText = (report: CheckReport, catalogue: Catalogue = {}, options: JsonOptions = {}): string =>
  `${[...jsonPieces(report, catalogue, options)].join('')}\n`;

/** The report with what is added in print. */
export const printedReport = (report: CheckReport, catalogue: Catalogue = {}): PrintedReport =>
  JSON.parse(jsonText(report, catalogue));

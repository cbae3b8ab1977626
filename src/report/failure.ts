/** The report for an image that could not be opened or read, so that every image gets a report. */
import type { CheckReport, Step } from '../problem/report';

/**
 * A report in which nothing was checked. `why` is a clause without a full stop, in bytes-safe plain text; `require` are the
 * required paths, none of which was looked up.
 */
export function failedReport(
  image: string,
  why: string,
  require: readonly string[] = [],
  steps: readonly Step[] = [],
): CheckReport {
  return {
    schemaVersion: 2,
    image,
    verdict: 'incomplete',
    filesystem: null,
    journal: null,
    checked: [],
    notChecked: [{ what: 'the whole image', why }],
    causes: [],
    steps: [...steps],
    affected: [],
    affectedCount: 0,
    required: require.map((path) => ({ path, state: 'unreadable', stoppedAt: '/' })),
    findings: [],
    counts: {},
    severityCounts: { info: 0, warning: 0, error: 0, fatal: 0 },
    io: { bytesRead: 0, reads: 0 },
  };
}

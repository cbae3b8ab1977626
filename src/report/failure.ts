/** The report for an image that could not even be opened or read, so that every image gets one. */
import type { CheckReport } from '../problem/report';

/** A report that says nothing was checked, and why. `why` is a clause without a full stop, in bytes-safe plain text. */
export function failedReport(image: string, why: string): CheckReport {
  return {
    schemaVersion: 2,
    image,
    verdict: 'incomplete',
    filesystem: null,
    journal: null,
    checked: [],
    notChecked: [{ what: 'the whole image', why }],
    diagnosis: [],
    affected: [],
    affectedCount: 0,
    required: [],
    findings: [],
    counts: {},
    severityCounts: { info: 0, warning: 0, error: 0, fatal: 0 },
    io: { bytesRead: 0, reads: 0 },
  };
}

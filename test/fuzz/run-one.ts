/** One check of one damaged image in this process, with the properties of every check. */
import { allProblems as catalogue } from '../../src/all-problems';
import type { CheckOptions } from '../../src/check';
import { checkImage } from '../../src/check';
import type { Extension } from '../../src/extension';
import type { CheckReport } from '../../src/problem/report';
import { formatFinding } from '../../src/report/message';
import type { ByteSource } from '../../src/source/source';
import { opened } from '../../src/view/opened-image';
import { checkRequired } from '../../src/view/required';
import { boundedSource } from '../support/bounded-source';
import { e2fsckVersion } from '../support/e2fsprogs';
import type { TestImage } from '../support/image';

/** The limits of a check of an image of a few MiB. */
export const budget = {
  /** Milliseconds, on a machine that does much else. */
  time: 5000,
  /** Bytes of array buffers, garbage among them. */
  memory: 256 * 1024 * 1024,
  /** Bytes read for each byte of the image. */
  readsPerByte: 8,
};

export interface Outcome {
  report: CheckReport | null;
  /** What went wrong with the check itself: empty when nothing did. */
  failure: string;
}

export type Check = (source: ByteSource, options: CheckOptions) => Promise<CheckReport>;

/** Why the report cannot be right, whatever the image; empty when it can. */
function nonsense(report: CheckReport): string {
  for (const finding of report.findings) {
    if (!catalogue[finding.id]) return `unknown id ${finding.id}`;
    const sentence = formatFinding(finding, catalogue);
    if (/undefined|\bNaN\b|\[object/.test(sentence)) return `${finding.id} says '${sentence}'`;
    if (finding.bytes && !(Number.isSafeInteger(finding.bytes.at) && finding.bytes.at >= 0))
      return `${finding.id} is at byte ${finding.bytes.at}`;
  }
  if (report.verdict === 'clean' && report.findings.length + report.notChecked.length > 0) return 'clean with findings';
  return '';
}

/** Looks up paths as the option `require` does, without findings of its own. */
const lookups: Extension = {
  name: 'lookups',
  problems: {},
  run: async ({ image }) => {
    await checkRequired(opened(image), ['/etc/fstab', '/etc/os-release', '/lost+found/none']);
  },
};

/** Checks the image at a time in seconds since 1970; whatever is thrown becomes the failure. */
export async function runOne({ bytes }: TestImage, now: number, check: Check = checkImage): Promise<Outcome> {
  const { source } = boundedSource(bytes, { memory: budget.memory, bytes: budget.readsPerByte * bytes.length });
  const start = performance.now();
  try {
    const report = await check(source, {
      now: new Date(now * 1000),
      e2fsck: e2fsckVersion,
      extensions: [lookups],
    });
    const time = performance.now() - start;
    const failure = time > budget.time ? `took ${Math.round(time)} ms, at most ${budget.time} are allowed` : '';
    return { report, failure: failure || nonsense(report) };
  } catch (error) {
    return { report: null, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

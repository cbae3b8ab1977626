/** Holds one report against e2fsck's problem log: the same codes, at the same places. */
import { allProblems as catalogue } from '../../src/all-problems';
import { formatCode } from '../../src/problem/collector';
import type { Finding } from '../../src/problem/finding';
import type { CheckReport } from '../../src/problem/report';
import { notFindings } from '../support/compare-codes';
import { e2fsck } from '../support/e2fsprogs';
import type { TestImage } from '../support/image';
import { known } from './known';

export interface Divergence {
  /** Distinguishes it from others: 'false clean', and each code that is missing, extra or elsewhere. */
  signature: string[];
  /** Exit status of e2fsck. */
  status: number;
}

type Problem = Record<string, string>;

/**
 * Codes whose log names an inode left over from something else: all before the inodes, those about the file system as a
 * whole, and the one about shared metadata, for which e2fsck does not always go on to the next shared block.
 */
const placeless = /^0x00|^0x010033$|^0x013003$|^0x020033$|^0x020039$/;

/**
 * Whether a logged problem and a finding are about the same place. In pass 5 the log's numbers are counts, so only the
 * group counts.
 */
function samePlace(problem: Problem, finding: Finding): boolean {
  const { code, ino, group } = problem;
  if (placeless.test(code!)) return true;
  if (code!.startsWith('0x05'))
    return group === undefined || finding.group === undefined || Number(group) === finding.group;
  return ino === undefined || Number(ino) === finding.inode || Number(ino) === finding.directory;
}

const different = (codes: Iterable<string>, word: string): string[] =>
  [...new Set(codes)].sort().map((code) => `${word} ${code}`);

const ours = new Set(Object.values(catalogue).flatMap(({ e2fsck: codes }) => codes.map(formatCode)));

/**
 * How the report, which has the codes of the installed e2fsck, and the log of that for the image differ; null when they
 * agree, or e2fsck did not come to an end itself.
 */
export function compare(image: TestImage, report: CheckReport, now: number): Divergence | null {
  const result = e2fsck(image, { now });
  const { status, problems: logged } = result;
  if (status < 0) return null;
  const excused = known.filter(({ when }) => when(result, report)).map(({ codes }) => codes);
  const counts = (code: string | undefined) =>
    code !== undefined && !notFindings.has(code) && !excused.some((codes) => codes.test(code));
  const problems = logged.filter(({ code }) => counts(code));
  const findings = report.findings.filter((finding) => counts(finding.e2fsck));
  const stopped = (status & 8) !== 0; // what it had logged must be found; more may be
  // it refuses features that it does not know without a code
  const refused = stopped && report.counts['superblock-feature-unknown'] !== undefined;
  const theirs = new Set(problems.map(({ code }) => code!));
  const found = new Set(findings.map((finding) => finding.e2fsck!));
  const signature: string[] = [];
  const wrong = problems.length > 0 || status >= 4;
  if (wrong && !refused && findings.length === 0 && ['clean', 'incomplete'].includes(report.verdict))
    signature.push('false clean');
  if (!wrong && excused.length === 0 && findings.length > 0) signature.push('false alarm');
  signature.push(
    ...different(
      [...theirs].filter((code) => !found.has(code)),
      'missing',
    ),
  );
  if (!stopped)
    signature.push(
      ...different(
        [...found].filter((code) => !theirs.has(code)),
        'extra',
      ),
    );
  if (signature.length === 0) {
    const unpaired = problems.filter(
      (problem) => !findings.some((one) => one.e2fsck === problem['code'] && samePlace(problem, one)),
    );
    const surplus = stopped
      ? []
      : findings.filter(
          (one) => !problems.some((problem) => one.e2fsck === problem['code'] && samePlace(problem, one)),
        );
    signature.push(
      ...different(
        unpaired.map(({ code }) => code!),
        'not there',
      ),
      ...different(
        surplus.map((one) => one.e2fsck!),
        'only here',
      ),
    );
  }
  if (signature.length === 0) return null;
  return {
    signature: signature.map((part) =>
      ours.has(part.split(' ').at(-1)!) || !part.includes('0x') ? part : `${part} (no entry)`,
    ),
    status,
  };
}

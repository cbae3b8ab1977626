/** The first line of a report: the verdict on the image in one sentence. */
import type { Severity } from '../problem/finding';
import { type CheckReport, isRootLost, type RequiredResult } from '../problem/report';
import { partNames } from './container-words';
import { exitStatus, exitStatuses } from './exit-status';
import { imagePlace } from './image-place';
import { printable } from './printable';
import { counted, digits, listed } from './words';

/** `good` passes cleanly, `doubtful` needs a decision, `bad` must not be booted. */
export type Tone = 'good' | 'doubtful' | 'bad';

export interface VerdictLine {
  text: string;
  tone: Tone;
}

/** The name of the image in a sentence: of the file, and of the partition or file in it. */
export function nameOf({ image, container = [] }: CheckReport): string {
  if (image === undefined) return 'this image';
  const parts = partNames(container);
  return parts === '' ? printable(image) : `${printable(imagePlace(image).file)}, ${parts}`;
}

/** The verdict as one sentence without a full stop, with the same threshold as the exit status. */
export function verdictLine(report: CheckReport, threshold: Severity = 'warning'): VerdictLine {
  const name = nameOf(report);
  if (report.filesystem === null) return { text: `${name}: could not be checked: ${whyNot(report)}`, tone: 'bad' };
  switch (exitStatus(report, threshold)) {
    case exitStatuses.problems:
      return failing(report, threshold, name);
    case exitStatuses.unchecked: {
      const found = findings(report);
      const rest = found === '' ? 'no problem was found in the rest' : `the rest has ${found}`;
      return { text: `${name}: could not be checked completely${onlyGap(report)}; ${rest}`, tone: 'doubtful' };
    }
    default:
      return passing(report, threshold, name);
  }
}

/** ` (unknown features)`, if that is the only part that was not checked. */
function onlyGap({ notChecked: [gap, ...more] }: CheckReport): string {
  return gap === undefined || more.length > 0 ? '' : ` (${printable(gap.what)})`;
}

const failures: Readonly<Record<RequiredResult['state'], string>> = {
  ok: 'is intact',
  missing: 'is missing',
  unreadable: 'is unreadable',
  empty: 'is empty',
  'all-nul': 'contains only NUL bytes',
  'not-a-file': 'is not a regular file',
};

function failing(report: CheckReport, threshold: Severity, name: string): VerdictLine {
  const reasons: string[] = [];
  const failed = report.required.filter((one) => one.state !== 'ok');
  if (failed.length === 1) reasons.push(`${printable(failed[0]!.path)} ${failures[failed[0]!.state]}`);
  else if (failed.length > 1)
    reasons.push(`${digits(failed.length)} of ${digits(report.required.length)} required paths failed`);
  const [main] = report.causes;
  if (report.affectedCount > 0 && main?.nothingLost !== true) reasons.push(lostPaths(report));
  else if (failed.every(({ state }) => state === 'missing') && main?.kind === 'sound' && failed.length > 0)
    return { text: `${name} FAILS: ${reasons.join('; ')}; the file system itself is sound`, tone: 'bad' };
  if (reasons.length > 0) return { text: `DO NOT BOOT FROM ${name}: ${reasons.join('; ')}`, tone: 'bad' };
  const { info, warning, error, fatal } = report.severityCounts;
  if (warning + error + fatal === 0) {
    const notes = counted(info, 'note');
    return { text: `${name} FAILS --fail-on ${threshold}: ${notes}, nothing worse`, tone: 'doubtful' };
  }
  const rest = main?.headline ?? findings(report);
  const gap = report.notChecked.length === 0 ? '' : '; it could not be checked completely';
  return { text: `${name} FAILS: ${printable(rest)}${gap}`, tone: fatal + error > 0 ? 'bad' : 'doubtful' };
}

/** The verdict and, if it does not say it already, the worst cause, on one line. */
export function quietLine(report: CheckReport, threshold: Severity = 'warning'): VerdictLine {
  const { text, tone } = verdictLine(report, threshold);
  // the verdict names the required paths that fail
  const main = report.causes.find(({ id }) => id !== 'required-path-fails');
  if (exitStatus(report, threshold) === exitStatuses.pass) return { text, tone };
  if (main === undefined || main.severity === 'info' || text.includes(printable(main.headline))) return { text, tone };
  const probably = main.certainty === 'certain' ? '' : main.certainty === 'likely' ? 'probably ' : 'possibly ';
  return { text: `${text}; ${probably}${printable(main.headline)}`, tone };
}

function passing(report: CheckReport, threshold: Severity, name: string): VerdictLine {
  const required = report.required.length;
  const sound =
    required === 0
      ? ''
      : `, and ${required === 1 ? 'the required path is' : `all ${digits(required)} required paths are`} intact`;
  const { info, warning, error, fatal } = report.severityCounts;
  const accepted = report.baseline?.accepted ?? 0;
  if (accepted > 0 && warning + error + fatal === 0) {
    const known = `nothing new, ${counted(accepted, 'known finding')} accepted by the baseline`;
    return { text: `${name} passes: ${known}${sound}`, tone: 'doubtful' };
  }
  if (warning + error + fatal === 0) {
    if (info === 0) return { text: `${name} is clean${sound}`, tone: 'good' };
    return {
      text: `${name} passes with ${counted(info, 'note')}: all files and directories are intact${sound}`,
      tone: 'good',
    };
  }
  if (error + fatal === 0) {
    return { text: `${name} passes --fail-on ${threshold}: ${findings(report)}${sound}`, tone: 'doubtful' };
  }
  const lost = report.affectedCount > 0 ? lostPaths(report) : `it has ${findings(report)}`;
  return { text: `${name} passes --fail-on ${threshold} ALTHOUGH ${lost}${sound}`, tone: 'bad' };
}

/** `14 paths are lost, 3 are damaged`; not split if the list is incomplete. */
function lostPaths(report: CheckReport): string {
  if (isRootLost(report.affected)) return 'all paths are lost';
  const total = report.affectedCount;
  if (report.affected.length !== total) return `${counted(total, 'path')} are lost or damaged`;
  const lost = report.affected.filter(
    ({ how }) => how === 'missing' || how === 'unreadable' || how === 'partly-lost',
  ).length;
  const are = (count: number) => (count === 1 ? 'is' : 'are');
  if (lost === total) return `${counted(lost, 'path')} ${are(lost)} lost`;
  if (lost === 0) return `${counted(total, 'path')} ${are(total)} damaged`;
  return `${counted(lost, 'path')} ${are(lost)} lost, ${digits(total - lost)} ${are(total - lost)} damaged`;
}

/** `2 errors and 3 warnings`; notes only if there is nothing else. */
function findings(report: CheckReport): string {
  const { info, warning, error, fatal } = report.severityCounts;
  const parts: string[] = [];
  if (fatal > 0) parts.push(counted(fatal, 'fatal problem'));
  if (error > 0) parts.push(counted(error, 'error'));
  if (warning > 0) parts.push(counted(warning, 'warning'));
  if (parts.length === 0 && info > 0) parts.push(counted(info, 'note'));
  return listed(parts);
}

function whyNot(report: CheckReport): string {
  const [main] = report.causes;
  if (main !== undefined) return printable(main.headline);
  const why = report.notChecked[0]?.why;
  return why === undefined ? 'the reason is unknown' : printable(why);
}

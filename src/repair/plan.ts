/** Repairs a private copy and compares it with the image, before the image itself is changed. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { FileSystemFacts } from '../problem/report';
import { size } from '../report/words';
import { type Acceptance, whyUnacceptable } from './accept';
import { bootProblem } from './boot-problem';
import { compareTrees } from './compare';
import { copyImage, repairRoom } from './copy';
import { type FsckOutcome, runFsck } from './fsck';
import type { FsckTool } from './fsck-tool';
import type { Job } from './job';
import { reportedPaths } from './loss';
import { Refusal } from './refusal';
import { eachPiece, type Survey, sha256Of } from './survey';
import { requireUnchanged } from './target';
import type { Workplace } from './workplace';

export interface Plan {
  after: { size: number; sha256: string };
  /** Why the result is not acceptable, as a clause; null if it is. */
  rejection: string | null;
}

const defaultRounds = 4;
const defaultTimeLimit = 30 * 60 * 1000;
/** Contents are compared up to this many times the size of the image, and at least up to 8 GiB. */
const comparedTimes = 8;

/** Bytes by which the image ends before its file system does. */
function shortfall(job: Job, known: Survey): number {
  const { facts } = job;
  if (facts === null) return 0;
  return Math.max(0, job.target.offset + facts.blocks * facts.blockSize - known.size);
}

/** Whether the file system was read with a backup superblock. */
export const usesBackupSuperblock = (facts: FileSystemFacts | null): facts is FileSystemFacts =>
  facts !== null && facts.superblockAt > (facts.blockSize === 1024 ? 1 : 0);

export function fsckSettings(job: Job, tool: FsckTool) {
  const { mode = 'auto', maxRounds = defaultRounds, timeLimit = defaultTimeLimit, signal } = job.options;
  const { facts } = job;
  const backupUsed = usesBackupSuperblock(facts);
  return {
    files: job.files,
    run: job.run,
    tool,
    mode,
    maxRounds,
    timeLimit,
    offset: job.target.offset,
    superblock: backupUsed ? { block: facts.superblockAt, blockSize: facts.blockSize } : undefined,
    signal,
    onStart: job.onStart,
  };
}

/** The last lines of an output, without the banner that only announces an error. */
function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const useful = lines.filter((line) => line !== '' && !line.includes('*****'));
  return useful.slice(-3).join(' ');
}

/** What e2fsck prints if a write fails because the disk is full. */
const noRoom = /^.*(?:\(|: )(?:No space left on device|Disk quota exceeded).*$/m;

/** @throws Refusal if the runs of e2fsck show nothing about the file system */
export function requireRun({ end, rounds }: FsckOutcome): void {
  const last = rounds.at(-1);
  if (last === undefined) return;
  const tail = lastLines(last.output);
  // with -y it deletes files that it has no space for, and the next run finds no errors
  const full = rounds.map(({ output }) => noRoom.exec(output)?.[0].trim()).find((line) => line !== undefined);
  if (full !== undefined)
    throw new Refusal(
      `The disk became full while e2fsck worked (${full}), so its result is not used. Free some space, or use another folder with --work DIR.`,
    );
  if (/unsupported feature|Get a newer version of e2fsck/.test(last.output))
    throw new Refusal(`${last.command[0]} does not support this image: ${tail} Select a newer e2fsck with --fsck.`);
  if (end !== 'failed') return;
  throw new Refusal(`${last.command[0]} failed: ${last.meaning.join('; ')}${tail === '' ? '' : ` (${tail})`}.`);
}

/**
 * Why the result of e2fsck is not acceptable because of how it ended, as a clause; null if it is. The result of an e2fsck
 * that did not finish is never acceptable.
 */
export function unfinishedReason({ end, rounds }: FsckOutcome, accept: Acceptance): string | null {
  if (end === 'clean' || (end === 'left' && accept !== 'clean')) return null;
  const last = rounds.at(-1);
  const meaning = last?.meaning.join('; ') ?? 'no run';
  const words = last === undefined || /it crashed/.test(meaning) ? '' : lastLines(last.output);
  return end === 'left'
    ? `e2fsck ended with: ${meaning}`
    : `e2fsck did not finish: ${meaning}${words && ` (${words})`}`;
}

/** Hash of the bytes of a file before and after its file system, which e2fsck must not change. */
async function hashAround(job: Job, path: string, end: number): Promise<string> {
  const hash = createHash('sha256');
  const { offset } = job.target;
  await eachPiece(path, (piece, at) => {
    if (at < offset) hash.update(piece.subarray(0, Math.min(piece.length, offset - at)));
    if (at + piece.length > end) hash.update(piece.subarray(Math.max(0, end - at)));
  });
  return hash.digest('hex');
}

/** @throws Refusal if the repair changed bytes outside the file system */
async function requireAroundUnchanged(job: Job, copy: string): Promise<void> {
  if (job.target.offset === 0) return;
  const ends = [job.facts, job.report.after?.filesystem].map((facts) => (facts ? facts.blocks * facts.blockSize : 0));
  const end = job.target.offset + Math.max(...ends);
  if ((await hashAround(job, job.target.path, end)) !== (await hashAround(job, copy, end)))
    throw new Refusal('The repair of the copy changed bytes outside the file system, so the copy was discarded.');
}

/** Copies the image into the work folder, and extends the copy if requested. @throws Refusal */
async function makeCopy(job: Job, place: Workplace, known: Survey): Promise<string> {
  const copy = place.path('copy.img');
  const { signal, extend = false } = job.options;
  job.step('copy', `Copying the image (${size(known.dataBytes)} of ${size(known.size)} are data).`);
  const what = 'a private copy of the image';
  const extra = repairRoom(known.size);
  await copyImage(job.files, job.target.path, copy, known, { folder: place.folder, what, extra, signal });
  const missing = shortfall(job, known);
  if (missing === 0) return copy;
  const short = `The image ends ${size(missing)} before its file system does`;
  if (!extend) {
    job.report.notes.push(`${short}. e2fsck may refuse such an image; --extend adds zeros to the copy first.`);
    return copy;
  }
  const fd = job.files.open(copy, true);
  try {
    job.files.resize(fd, known.size + missing);
  } finally {
    job.files.close(fd);
  }
  job.report.notes.push(`${short}; zeros were added to the copy.`);
  return copy;
}

/**
 * Copies the image, repairs the copy, checks it and compares both. Fills in the report.
 * @throws Refusal if one of these steps fails
 */
export async function makePlan(job: Job, place: Workplace, known: Survey, tool: FsckTool): Promise<Plan> {
  const { report, options } = job;
  const copy = await makeCopy(job, place, known);
  job.step('fsck', `Repairing the copy with e2fsck ${tool.version}.`);
  const outcome = await runFsck({ ...fsckSettings(job, tool), place });
  report.fsck = { ...tool, rounds: outcome.rounds };
  requireRun(outcome);
  job.step('recheck', 'Checking the repaired copy.');
  report.after = await job.check(copy);
  await requireAroundUnchanged(job, copy);
  report.stillMissing = report.after.required.filter(({ state }) => state !== 'ok').map(({ path }) => path);
  const after = { size: statSync(copy).size, sha256: await sha256Of(copy, options.signal) };
  report.sha256.after = after.sha256;
  if (report.after.filesystem === null) return { after, rejection: 'it has no usable superblock' };
  job.step('compare', 'Comparing the files before and after.');
  requireUnchanged(job.target);
  const [was, is] = [await job.view(job.target.path, job.usesBackup), await job.view(copy)];
  const { accept = 'clean', maxChanges = 10_000, signal } = options;
  try {
    const maxBytes = Math.max(8 * 2 ** 30, comparedTimes * known.size);
    const isReported = reportedPaths(job.known!.affected);
    const { unshared } = outcome;
    report.changes = await compareTrees(was, is, { maxChanges, maxBytes, isReported, unshared, signal });
  } finally {
    await was.close();
    await is.close();
  }
  const rechecked = report.after;
  const rejection = await whyUnacceptable(job.known!, rechecked, accept, () => bootProblem(job, copy, rechecked));
  return { after, rejection: unfinishedReason(outcome, accept) ?? rejection };
}

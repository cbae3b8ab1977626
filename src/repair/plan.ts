/** Repairs a private copy and says what that does: everything that is known before the image itself is touched. */
import { createHash } from 'node:crypto';
import { size } from '../report/words';
import { type Acceptance, whyUnacceptable } from './accept';
import { whyNotBooting } from './boots';
import { compareTrees } from './compare';
import { copyImage, repairRoom } from './copy';
import { type FsckOutcome, runFsck } from './fsck';
import type { FsckTool } from './fsck-tool';
import type { Job } from './job';
import { Refusal } from './refusal';
import { eachPiece, type Survey, sha256Of } from './survey';
import type { Workplace } from './workplace';

export interface Plan {
  /** Of the repaired copy. */
  after: { size: number; sha256: string };
  /** Why the result is not acceptable, as a clause; null when it is. */
  against: string | null;
}

const defaultRounds = 4;
const defaultTimeLimit = 30 * 60 * 1000;
/** Contents are compared up to this many times the size of the image, and always up to 8 GiB. */
const comparedTimes = 8;

/** Bytes by which the image ends before its file system does. */
function shortfall(job: Job, known: Survey): number {
  const { facts } = job;
  if (facts === null) return 0;
  return Math.max(0, job.target.offset + facts.blocks * facts.blockSize - known.size);
}

/** What e2fsck can be told about the image, and what it may take. */
export function fsckSettings(job: Job, tool: FsckTool) {
  const { mode = 'auto', maxRounds = defaultRounds, timeLimit = defaultTimeLimit, signal } = job.options;
  const { facts } = job;
  const backupUsed = facts !== null && facts.superblockAt > (facts.blockSize === 1024 ? 1 : 0);
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

/** The last lines of an output, without those that only say that something is wrong. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.includes('*****'))
    .slice(-3)
    .join(' ');
}

/** What e2fsck says of a write for which there was no room. */
const noRoom = /^.*(?:\(|: )(?:No space left on device|Disk quota exceeded).*$/m;

/** Ends here where a run of e2fsck says nothing about the file system. @throws Refusal */
export function requireRun({ end, rounds }: FsckOutcome): void {
  const last = rounds.at(-1);
  if (last === undefined) return;
  const tail = lastWords(last.output);
  // with -y it deletes the file whose blocks it has no room for, and the next run finds all in order
  const full = rounds.map(({ output }) => noRoom.exec(output)?.[0].trim()).find((line) => line !== undefined);
  if (full !== undefined)
    throw new Refusal(
      `The disk became full while e2fsck worked (${full}), and what it did then is not used. Make room, or name another folder with --work DIR.`,
    );
  if (/unsupported feature|Get a newer version of e2fsck/.test(last.output))
    throw new Refusal(`${last.command[0]} cannot handle this image: ${tail} Name a newer e2fsck with --fsck.`);
  if (end !== 'failed') return;
  throw new Refusal(
    `${last.command[0]} did not do its work: ${last.meaning.join('; ')}${tail === '' ? '' : ` (${tail})`}.`,
  );
}

/**
 * Why the way in which e2fsck ended speaks against its result, as a clause; null when it does not. What it left on the way,
 * without coming to its end, is acceptable to nobody.
 */
export function whyUnproven({ end, rounds }: FsckOutcome, accept: Acceptance): string | null {
  if (end === 'clean' || (end === 'left' && accept !== 'clean')) return null;
  const last = rounds.at(-1);
  const meaning = last?.meaning.join('; ') ?? 'nothing';
  const words = last === undefined || /it crashed/.test(meaning) ? '' : lastWords(last.output);
  return end === 'left'
    ? `e2fsck ended with: ${meaning}`
    : `e2fsck did not come to its end: ${meaning}${words && ` (${words})`}`;
}

/** Hash of what lies in a file before and after the file system in it, which e2fsck has no business with. */
async function around(job: Job, path: string, end: number): Promise<string> {
  const hash = createHash('sha256');
  const { offset } = job.target;
  await eachPiece(path, (piece, at) => {
    if (at < offset) hash.update(piece.subarray(0, Math.min(piece.length, offset - at)));
    if (at + piece.length > end) hash.update(piece.subarray(Math.max(0, end - at)));
  });
  return hash.digest('hex');
}

/** @throws Refusal when the repair reached beyond the file system, into the rest of the disk */
async function requireAroundUntouched(job: Job, copy: string): Promise<void> {
  if (job.target.offset === 0) return;
  const ends = [job.facts, job.report.after?.filesystem].map((facts) => (facts ? facts.blocks * facts.blockSize : 0));
  const end = job.target.offset + Math.max(...ends);
  if ((await around(job, job.target.path, end)) !== (await around(job, copy, end)))
    throw new Refusal('The repair of the copy changed bytes outside the file system. It was thrown away.');
}

/** Copies the image into the workplace and lengthens the copy where that was asked for. @throws Refusal */
async function makeCopy(job: Job, place: Workplace, known: Survey): Promise<string> {
  const copy = place.path('copy.img');
  const { signal, extend = false } = job.options;
  job.step('copy', `Copying the image to work on (${size(known.dataBytes)} of ${size(known.size)} hold data).`);
  const what = 'a private copy of the image to work on';
  const extra = repairRoom(known.size);
  await copyImage(job.files, job.target.path, copy, known, { folder: place.folder, what, extra, signal });
  const missing = shortfall(job, known);
  if (missing === 0) return copy;
  const short = `The image ends ${size(missing)} before its file system does`;
  if (!extend) {
    job.report.notes.push(`${short}. e2fsck may refuse such an image; --extend adds zeros there to the copy first.`);
    return copy;
  }
  const fd = job.files.open(copy, true);
  try {
    job.files.resize(fd, known.size + missing);
  } finally {
    job.files.close(fd);
  }
  job.report.notes.push(`${short}; zeros were added to the copy for it.`);
  return copy;
}

/**
 * Makes the copy, repairs it, checks it again and compares. Fills in the report.
 * @throws Refusal when that cannot be done
 */
export async function makePlan(job: Job, place: Workplace, known: Survey, tool: FsckTool): Promise<Plan> {
  const { report, options } = job;
  const copy = await makeCopy(job, place, known);
  job.step('fsck', `Repairing the copy with e2fsck ${tool.version}.`);
  const outcome = await runFsck({ ...fsckSettings(job, tool), image: copy, configFolder: place.folder });
  report.fsck = { ...tool, rounds: outcome.rounds };
  requireRun(outcome);
  job.step('recheck', 'Checking the repaired copy.');
  report.after = await job.check(copy);
  await requireAroundUntouched(job, copy);
  report.stillMissing = report.after.required.filter(({ state }) => state !== 'ok').map(({ path }) => path);
  const after = { size: 0, sha256: await sha256Of(copy, options.signal) };
  report.sha256.after = after.sha256;
  if (report.after.filesystem === null) return { after, against: 'it has no usable superblock' };
  job.step('compare', 'Comparing the files before and after.');
  const [was, is] = [await job.view(job.target.path, job.behindBackup), await job.view(copy)];
  const { accept = 'clean', maxChanges = 10_000, signal } = options;
  try {
    const maxBytes = Math.max(8 * 2 ** 30, comparedTimes * known.size);
    report.changes = await compareTrees(was, is, { maxChanges, maxBytes, cloned: outcome.cloned, signal });
  } finally {
    await was.close();
    await is.close();
  }
  const rechecked = report.after;
  const against = await whyUnacceptable(job.known!, rechecked, accept, () => whyNotBooting(job, copy, rechecked));
  return { after, against: whyUnproven(outcome, accept) ?? against };
}

/** The repair of an image: check, plan on a private copy, ask, keep the original, replace. The table of contents of this room. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { CheckReport } from '../problem/report';
import { codeOf, reason } from '../source/file';
import { SourceError } from '../source/source';
import { mayUseBackup } from './behind-backup';
import { whyNotBooting } from './boots';
import { blockOf, copyImage, repairRoom, requireRoom } from './copy';
import { findFsck, requireFeatures } from './fsck-tool';
import { Job } from './job';
import { settleLeftovers } from './leftovers';
import type { RepairOptions } from './options';
import { makePlan, type Plan } from './plan';
import { Refusal } from './refusal';
import { repairDevice } from './repair-device';
import { replaceImage } from './replace';
import { type Backup, emptyReport, type RepairReport } from './report';
import { type Survey, sha256Of, survey } from './survey';
import { findTarget, lookAgain, requireKind, requireUnchanged, requireUnused, type Target } from './target';
import { hasLeftovers, Workplace, workFolder } from './workplace';

/** Folders in which a repair of this image may have been at work. */
function workFolders({ target, options }: Job): string[] {
  const others = [options.work, target.device ? options.backup : undefined, tmpdir()];
  const folders = others.flatMap((folder) => (folder === undefined ? [] : [workFolder(target.path, folder)]));
  return [...new Set([workFolder(target.path), ...folders])];
}

/** Clears away what earlier repairs of the image left, wherever they may have been at work. @throws Refusal */
export async function settle(job: Job): Promise<void> {
  for (const folder of workFolders(job)) {
    if (!existsSync(dirname(folder)) || !hasLeftovers(folder)) continue;
    const beside = folder === workFolder(job.target.path);
    if (beside && job.readOnly) {
      if (!job.options.remount || job.options.dryRun) {
        job.report.found.push(
          `An earlier repair was interrupted and left ${folder}; a repair with --remount removes it.`,
        );
        continue;
      }
      await job.makeWritable();
    }
    job.step('leftovers', 'Clearing away what an earlier repair left.');
    job.report.found.push(...(await settleLeftovers(job.files, folder)));
  }
  // the check and the work on a copy take long, and need nothing writable there
  if (!(await job.closeRemount()))
    throw new Refusal('What an earlier repair left was cleared away, but the file system is writable since then.');
  lookAgain(job.target);
}

/** Whether there is anything that e2fsck could set right. */
const repairable = ({ findings, journal }: CheckReport): boolean =>
  findings.length > 0 || ['not-replayed', 'replayed', 'partly-replayed', 'unusable'].includes(journal?.state ?? 'none');

/** Where the copy is made and repaired. May make the file system writable, where the copy has no other place. */
async function workParent(job: Job, known: Survey): Promise<string> {
  const { target, options } = job;
  if (options.work !== undefined) return options.work;
  if (target.device) return options.backup!;
  const beside = dirname(target.path);
  if (!job.readOnly) return beside;
  if (options.dryRun) return tmpdir();
  try {
    requireRoom(tmpdir(), known.dataBytes + repairRoom(known.size), 'a copy');
    return tmpdir();
  } catch {
    await job.makeWritable();
    return beside;
  }
}

/** Repairs the copy, asks, and puts it in place. */
async function throughCopy(job: Job, before: Survey): Promise<RepairReport> {
  const { options, target, report } = job;
  const tool = await findFsck(job.run, options.fsck, options.signal);
  requireFeatures(tool, job.facts?.features ?? []);
  const parent = await workParent(job, before);
  const place = Workplace.open(job.files, workFolder(target.path, parent), target.path);
  try {
    const plan = await makePlan(job, place, before, tool);
    if (plan.against !== null)
      return job.end(
        'still-damaged',
        4,
        `The repaired copy is not acceptable: ${plan.against}. The image is as it was.`,
      );
    if (options.dryRun) return job.end('planned', 4, 'This was a dry run: the image is as it was.');
    job.step('confirm', 'Asking whether to go on.');
    if (!options.yes && !(await options.confirm?.(report)))
      return job.end('not-confirmed', 4, 'Nobody said yes to this plan (--yes does): the image is as it was.');
    options.signal?.throwIfAborted();
    if (target.device) return await repairDevice(job, place, before, tool);
    return await replaceBy(job, place, before, plan);
  } finally {
    job.note(place.close());
  }
}

/** Replaces the image by the repaired copy, which may lie on another file system so far. */
async function replaceBy(job: Job, place: Workplace, before: Survey, plan: Plan): Promise<RepairReport> {
  const { options, target, files } = job;
  await job.makeWritable();
  const folder = workFolder(target.path);
  if (place.folder === folder) return replace(job, place, before, plan);
  const beside = Workplace.open(files, folder, target.path);
  try {
    const [from, to] = [place.path('copy.img'), beside.path('copy.img')];
    job.step('copy', 'Moving the repaired copy beside the image.');
    const known = await survey(from, blockOf(beside.folder), options.signal);
    const what = 'the repaired copy';
    await copyImage(files, from, to, known, { folder: beside.folder, what, extra: 2 ** 20, signal: options.signal });
    if ((await sha256Of(to, options.signal)) !== plan.after.sha256)
      throw new Refusal('The repaired copy does not read back as what was written. The image is as it was.');
    return await replace(job, beside, before, plan);
  } finally {
    job.note(beside.close());
  }
}

async function replace(job: Job, place: Workplace, before: Survey, plan: Plan): Promise<RepairReport> {
  const { options, target, report, files, run, now } = job;
  const folder = options.backup ?? dirname(target.path);
  job.step(
    'backup',
    options.noBackup ? 'Keeping no original, as asked.' : `Keeping the damaged original in ${folder}.`,
  );
  const undo = [
    'extcheck',
    'repair',
    '--undo',
    ...(options.backup === undefined ? [] : ['--backup', folder]),
    target.path,
  ];
  const reportFor = (backup: Backup): RepairReport => ({
    ...report,
    outcome: 'repaired',
    status: 1,
    reason: null,
    backup,
    undo,
  });
  const keep = !options.noBackup;
  const { signal } = options;
  const { after } = plan;
  const done = await replaceImage({ files, run, target, folder, before, now, signal, place, after, keep, reportFor });
  report.notes.push(...done.notes);
  report.backup = done.backup;
  report.undo = done.backup === null ? null : undo;
  if (done.unsynced === null) return job.end('repaired', 1, null);
  return job.end(
    'repaired',
    9,
    `The image was replaced, but the folder could not be synced: ${done.unsynced}. Run sync.`,
  );
}

/** Finds out what e2fsck would work with: the first superblock, or a backup. @throws Refusal when there is neither */
async function findKnown(job: Job, before: CheckReport): Promise<CheckReport> {
  job.behindBackup = mayUseBackup(before);
  job.known = job.behindBackup ? await job.check(job.target.path, true) : before;
  if (job.facts === null && !job.behindBackup)
    throw new Refusal(
      `${job.target.named} has features that nobody knows: its format is newer, or its superblock is damaged. A repair could take data for rubbish, so none is tried.`,
    );
  if (job.facts === null)
    throw new Refusal(`${job.target.named} has no ext2, ext3 or ext4 file system that e2fsck could repair.`);
  if (job.behindBackup)
    job.note(
      `The first superblock cannot be used. The repair starts from the backup in block ${job.facts.superblockAt}, and the files of the image as it is are those that this backup leads to.`,
    );
  return job.known;
}

async function repairTarget(job: Job): Promise<RepairReport> {
  const { target, options, report } = job;
  if (options.accept !== 'improved' && options.noBackup && options.backup !== undefined)
    throw new Refusal('--backup and --no-backup exclude each other.');
  await settle(job);
  requireKind(target, options.inPlace ?? false, options.backup);
  job.step('check', 'Checking the image.');
  const before = await job.check(target.path);
  report.before = before;
  const known = await findKnown(job, before);
  const failed = known.required.filter(({ state }) => state !== 'ok').map(({ path }) => path);
  report.stillMissing = failed;
  if (!repairable(before)) {
    const against = options.accept === 'bootable' ? await whyNotBooting(job, target.path, before) : null;
    if (against !== null)
      return job.end(
        'still-damaged',
        4,
        `The structure is in order, so e2fsck has nothing to repair; but ${against}. That cannot be brought back by it.`,
      );
    if (failed.length === 0)
      return job.end('nothing-to-do', 0, 'extcheck finds nothing that would have to be repaired.');
    return job.end(
      'still-damaged',
      4,
      `The structure is in order, so e2fsck has nothing to repair; required paths that are lost cannot be brought back by it.`,
    );
  }
  report.notes.push(...requireUnused(target));
  if (job.readOnly && !options.dryRun && !options.remount) await job.makeWritable();
  job.step('copy', 'Reading the image.');
  const surveyed = await survey(target.path, 4096, options.signal);
  report.sha256.before = surveyed.sha256;
  requireUnchanged(target);
  return throughCopy(job, surveyed);
}

/**
 * Repairs the image at `path` with the native e2fsck. The image itself is only ever replaced, as a whole, by a copy that was
 * repaired, checked again and found acceptable; until then, and whenever that fails, it is bit for bit what it was. See
 * docs/repair.md.
 *
 * Never throws for what goes wrong: the report says it, and `status` is the exit status for it.
 */
export async function repairImage(path: string, options: RepairOptions = {}): Promise<RepairReport> {
  return guarded(path, options, repairTarget);
}

/** Runs a repair or an undo, makes whatever was remounted read-only again, and turns what is thrown into a report. */
export async function guarded(
  path: string,
  options: RepairOptions,
  work: (job: Job) => Promise<RepairReport>,
): Promise<RepairReport> {
  let target: Target;
  try {
    target = findTarget(path, options.offset ?? 0);
  } catch (error) {
    return Object.assign(emptyReport(path, path), { reason: sentence(error) });
  }
  const job = new Job(target, options);
  try {
    await work(job);
  } catch (error) {
    if (options.signal?.aborted) job.end('cancelled', 32, 'It was interrupted: the image is as it was.');
    else job.end('failed', 8, sentence(error));
  }
  await job.closeRemount();
  return job.report;
}

/** A thrown value in words; a bug of ours keeps its stack. */
function sentence(error: unknown): string {
  if (error instanceof Refusal || error instanceof SourceError) return error.message;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? ''))
    return `The disk became full (${reason(error)}). The image is as it was. Make room, or name other folders with --work DIR and --backup DIR.`;
  if (error instanceof Error && 'code' in error) return `The system refused: ${reason(error)}.`;
  return error instanceof Error ? `Internal error: ${error.stack ?? error.message}` : String(error);
}

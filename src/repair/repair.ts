/** Repairs an image: check, repair a private copy, ask for confirmation, keep the original, replace the image. */
import { dirname } from 'node:path';
import type { CheckReport } from '../problem/report';
import { isAboutRequired } from '../report/required';
import { codeOf, reason } from '../source/file';
import { SourceError } from '../source/source';
import { requireBackupFolder, requireBackupRoom } from './backup-folder';
import { mayUseBackup } from './backup-superblock';
import { bootProblem } from './boot-problem';
import { blockOf, copyImage, repairRoom } from './copy';
import { type FsckTool, findFsck, requireFeatures } from './fsck-tool';
import { identify } from './image-identity';
import { Job } from './job';
import { hasLeftovers, removeLeftovers } from './leftovers';
import { lossProblem } from './loss';
import type { RepairOptions } from './options';
import { withNames } from './own-folder';
import { makePlan, type Plan, usesBackupSuperblock } from './plan';
import { Refusal } from './refusal';
import { repairDevice } from './repair-device';
import { replaceImage } from './replace';
import { type Backup, emptyReport, type RepairReport } from './report';
import { requireFileSystem, requireTree } from './subject';
import { type Survey, sha256Of, survey } from './survey';
import { findTarget, requireKind, requireUnchanged, requireUnused, type Target, updateIdentity } from './target';
import { locksBeside, possibleParents, workParent } from './work-parent';
import { Workplace, workFolder } from './workplace';

/** Removes what interrupted repairs of the image left over, in all possible work folders. @throws Refusal */
export async function handleLeftovers(job: Job): Promise<void> {
  for (const folder of possibleParents(job)) {
    if (!hasLeftovers(job.target.path, folder)) continue;
    const beside = folder === dirname(job.target.path);
    if (beside && job.readOnly) {
      if (!job.options.remount || job.options.dryRun) {
        job.report.leftovers.push(
          `An earlier repair was interrupted and left ${workFolder(job.target.path)} over; a repair with --remount removes it.`,
        );
        continue;
      }
      await job.makeWritable();
    }
    job.step('leftovers', 'Removing files of an interrupted repair.');
    job.report.leftovers.push(...(await removeLeftovers(job.files, job.target, folder)));
  }
  // the check and the repair of a copy take long, and do not need the file system to be writable
  if (!(await job.closeRemount()))
    throw new Refusal(
      'The files of an interrupted repair were removed, but the file system could not be made read-only again.',
    );
  updateIdentity(job.target);
  job.holdImage();
}

/** Whether there is anything that e2fsck could fix. */
const repairable = ({ findings, journal }: CheckReport): boolean =>
  findings.some(({ id }) => !isAboutRequired(id)) ||
  ['not-replayed', 'replayed', 'partly-replayed', 'unusable'].includes(journal?.state ?? 'none');

/** Repairs a copy, asks for confirmation, and replaces the image. */
async function repairByCopy(job: Job, before: Survey): Promise<RepairReport> {
  const { options, target } = job;
  const tool = await findFsck(job.run, options.fsck, options.signal);
  requireFeatures(tool, job.facts?.features ?? []);
  const parent = await workParent(job, before);
  requireBackupRoom(job, before, parent, before.dataBytes + repairRoom(before.size));
  // the folder beside the image is the lock, wherever the copy is
  const lock = locksBeside(job, parent) ? Workplace.open(job.files, dirname(target.path), target.path) : null;
  try {
    return await repairIn(job, parent, before, tool, lock);
  } finally {
    job.note(lock?.close() ?? null);
  }
}

async function repairIn(
  job: Job,
  parent: string,
  before: Survey,
  tool: FsckTool,
  lock: Workplace | null,
): Promise<RepairReport> {
  const { options, target, report } = job;
  const place = Workplace.open(job.files, parent, target.path);
  try {
    const plan = await makePlan(job, place, before, tool);
    if (plan.rejection !== null)
      return job.unchanged('still-damaged', 4, `The repaired copy is not acceptable: ${plan.rejection}`);
    const loss = lossProblem(report.changes, job.known!, options.acceptLoss);
    if (loss !== null && !options.dryRun && (options.yes || options.acceptLoss !== undefined))
      return job.unchanged('still-damaged', 4, `${capitalized(loss)}; ${howToAccept(report)}`);
    if (loss !== null) job.note(`${capitalized(loss)}. With --yes it is refused; ${howToAccept(report)}.`);
    if (options.dryRun) return job.unchanged('planned', 4, 'This was a dry run');
    job.step('confirm', 'Asking for confirmation.');
    if (!options.yes && !(await options.confirm?.(report)))
      return job.unchanged('not-confirmed', 4, 'The plan was not confirmed (--yes confirms it)');
    options.signal?.throwIfAborted();
    if (target.device) return await repairDevice(job, place, before, tool);
    return await replaceBy(job, place, lock, before, plan);
  } finally {
    job.note(place.close());
  }
}

const capitalized = (clause: string): string => clause.slice(0, 1).toUpperCase() + clause.slice(1);

/** The option that accepts the loss of a result, as a clause. */
function howToAccept({ changes }: RepairReport): string {
  const bounded = changes?.comparable && !changes.rootLost;
  return `--accept-loss ${bounded ? changes.counts.missing : 'all'} accepts that`;
}

/** Replaces the image by the repaired copy, which may be on another file system. */
async function replaceBy(
  job: Job,
  place: Workplace,
  lock: Workplace | null,
  before: Survey,
  plan: Plan,
): Promise<RepairReport> {
  const { options, target, files } = job;
  await job.makeWritable();
  if (dirname(place.folder) === dirname(target.path)) return replace(job, place, before, plan);
  const beside = lock ?? Workplace.open(files, dirname(target.path), target.path);
  try {
    const [from, to] = [place.path('copy.img'), beside.path('copy.img')];
    job.step('copy', 'Moving the repaired copy to the folder of the image.');
    const known = await survey(from, blockOf(beside.anchor), options.signal);
    const what = 'the repaired copy';
    await copyImage(files, from, to, known, { folder: beside.folder, what, extra: 2 ** 20, signal: options.signal });
    if ((await sha256Of(to, options.signal)) !== plan.after.sha256)
      throw new Refusal('The repaired copy differs when read back. The image was left unchanged.');
    return await replace(job, beside, before, plan);
  } finally {
    if (lock === null) job.note(beside.close());
  }
}

async function replace(job: Job, place: Workplace, before: Survey, plan: Plan): Promise<RepairReport> {
  const { options, target, report, files, run, now } = job;
  const folder = options.backup ?? dirname(target.path);
  const keep = !options.noBackup;
  job.step('backup', keep ? `Keeping the damaged original in ${folder}.` : 'Not keeping the original, as requested.');
  const where = options.backup === undefined ? [] : ['--backup', folder];
  const undo = ['extcheck', 'repair', '--undo', ...where, target.path];
  const reportFor = (backup: Backup): RepairReport =>
    Object.assign({ ...report }, { outcome: 'repaired', status: 1, reason: null, backup, undo } as const);
  const { signal } = options;
  const { after } = plan;
  const { releaseImage } = job;
  const of = identify(target, target.offset);
  const given = { files, run, target, folder, before, now, signal, place, after, keep, of, reportFor, releaseImage };
  const done = await replaceImage(given);
  report.notes.push(...done.notes);
  report.backup = done.backup;
  report.undo = done.backup === null ? null : undo;
  if (done.unsynced === null) return job.end('repaired', 1, null);
  const text = `The image was replaced, but the folder could not be synced: ${done.unsynced}. Run sync.`;
  return job.end('repaired', 9, text);
}

/** Checks the image by the superblock that e2fsck will use: the primary one, or a backup. @throws Refusal if there is none */
async function findKnown(job: Job, before: CheckReport): Promise<CheckReport> {
  requireFileSystem(job, before);
  job.usesBackup = mayUseBackup(before);
  job.known = job.usesBackup ? await job.check(job.target.path, true) : before;
  if (job.facts === null && !job.usesBackup)
    throw new Refusal(
      `${job.target.named} has unknown features: its format is newer, or its superblock is damaged. A repair could destroy data, so it is refused.`,
    );
  if (job.facts === null)
    throw new Refusal(`${job.target.named} has no ext2, ext3 or ext4 file system that e2fsck could repair.`);
  if (job.usesBackup || usesBackupSuperblock(job.facts)) await requireTree(job);
  if (job.usesBackup)
    job.note(
      `The primary superblock is unusable. The repair uses the backup in block ${job.facts.superblockAt}, and compares the files that this backup gives access to.`,
    );
  return job.known;
}

/** @throws Refusal if e2fsck would delete files that can be restored by other means */
function requireHarmless({ causes, steps }: CheckReport): void {
  const harm = causes.find(({ refusesRepair }) => refusesRepair !== undefined);
  if (harm === undefined) return;
  const instead = steps.find(({ changes }) => changes === 'copy');
  const how = instead === undefined ? '' : ` ${instead.text} ${instead.commands.join(' && ')}`;
  throw new Refusal(`${harm.refusesRepair}${how}`);
}

async function repairTarget(job: Job): Promise<RepairReport> {
  const { target, options, report } = job;
  if (options.accept !== 'improved' && options.noBackup && options.backup !== undefined)
    throw new Refusal('--backup and --no-backup cannot be used together.');
  await handleLeftovers(job);
  requireKind(target, options.inPlace ?? false, options.backup);
  requireBackupFolder(job);
  job.step('check', 'Checking the image.');
  await job.findPartition();
  const before = await job.check(target.path);
  report.before = before;
  const known = await findKnown(job, before);
  const failed = known.required.filter(({ state }) => state !== 'ok').map(({ path }) => path);
  report.stillMissing = failed;
  if (!repairable(before)) {
    const problem = options.accept === 'bootable' ? await bootProblem(job, target.path, before) : null;
    const sound = 'The structure is sound, so e2fsck has nothing to repair';
    if (problem !== null) return job.end('still-damaged', 4, `${sound}; but ${problem}. e2fsck cannot fix that.`);
    if (failed.length === 0) return job.end('nothing-to-do', 0, 'extcheck finds no fault that e2fsck could fix.');
    return job.end('still-damaged', 4, `${sound}. It cannot restore the required paths that are lost.`);
  }
  requireHarmless(known);
  report.notes.push(...requireUnused(target));
  if (job.readOnly && !options.dryRun && !options.remount) await job.makeWritable();
  job.step('copy', 'Reading the image.');
  const surveyed = await survey(target.path, 4096, options.signal);
  report.sha256.before = surveyed.sha256;
  requireUnchanged(target);
  return repairByCopy(job, surveyed);
}

/**
 * Repairs the image at `path` with the native e2fsck. The image is only replaced, as a whole, by a copy that was repaired,
 * checked and found acceptable; until then, and if anything fails, it is left unchanged. A block device is repaired in place
 * after its content was copied. See docs/repair.md.
 *
 * Never throws: see `outcome`, `status` and `reason` of the report.
 */
export async function repairImage(path: string, options: RepairOptions = {}): Promise<RepairReport> {
  return guarded(path, options, repairTarget);
}

/** Runs a repair or an undo, makes a remounted file system read-only again, and turns errors into a report. */
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
    if (options.signal?.aborted) job.unchanged('cancelled', 32, 'The repair was interrupted');
    else job.end('failed', 8, withNames(sentence(error)));
  }
  job.releaseImage();
  await job.closeRemount();
  return job.report;
}

/** The message of an error; an internal error keeps its stack. */
function sentence(error: unknown): string {
  if (error instanceof Refusal || error instanceof SourceError) return error.message;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? ''))
    return `The disk became full (${reason(error)}). The image was left unchanged. Free some space, or use other folders with --work DIR and --backup DIR.`;
  if (error instanceof Error && 'code' in error) return `System error: ${reason(error)}.`;
  return error instanceof Error ? `Internal error: ${error.stack ?? error.message}` : String(error);
}

/** Repairs a block device in place: its content is copied first, e2fsck saves what it overwrites, and a failure is undone. */

import { basename } from 'node:path';
import { messageOf } from '../error';
import { whyUnacceptable } from './accept';
import { bootProblem } from './boot-problem';
import { restoreDevice, undoFileOf } from './device';
import { writeAtomically } from './files';
import { runFsck } from './fsck';
import type { FsckTool } from './fsck-tool';
import { type ImageIdentity, identify } from './image-identity';
import type { Job } from './job';
import { freeBackupPath, keepOriginal } from './keep';
import { removeBackup } from './leftovers';
import { fsckSettings, requireRun, unfinishedReason } from './plan';
import { type RepairRecord, recordOf } from './record';
import { Refusal } from './refusal';
import type { RepairReport } from './report';
import { type Survey, sha256Of } from './survey';
import { requireUnchanged, requireUnused } from './target';
import type { Workplace } from './workplace';

/** Writes the record, which must exist before the first change to the device so that `undo` works. */
function writeRecord(job: Job, before: Survey, of: ImageIdentity, repaired: RepairRecord['repaired']): void {
  const backup = job.report.backup!;
  const record: RepairRecord = {
    schemaVersion: 1,
    image: job.target.path,
    time: job.now.toISOString(),
    backup: backup.path,
    of,
    original: { size: before.size, sha256: before.sha256 },
    repaired,
    report: job.report,
  };
  writeAtomically(job.files, backup.record, `${JSON.stringify(record, null, 2)}\n`);
  job.files.sync(job.options.backup!);
}

/** Removes the copy of a device that has its original content. */
function forgetBackup(job: Job, backup: string): void {
  removeBackup(job.files, { backup, record: recordOf(backup) });
  Object.assign(job.report, { backup: null, undo: null });
}

/**
 * Copies the content of the device, repairs it in place, and checks it. An unacceptable result is undone.
 * @throws Refusal if that fails; the device is left unchanged, or the message has the command that restores it
 */
export async function repairDevice(job: Job, place: Workplace, before: Survey, tool: FsckTool): Promise<RepairReport> {
  const { target, options, report, files, run, now } = job;
  const folder = options.backup!;
  job.step('backup', `Copying the content of ${target.path} to ${folder}.`);
  const keeping = { files, run, target, folder, before, now, signal: options.signal };
  const path = freeBackupPath(keeping);
  const of = identify(target, target.offset);
  try {
    // after an interruption the next repair removes the unfinished copy
    place.note({ backup: path, record: recordOf(path) });
    report.backup = await keepOriginal(keeping, path);
    report.undo = ['extcheck', 'repair', '--undo', '--backup', folder, target.path];
    writeRecord(job, before, of, null);
    requireUnused(target);
    requireUnchanged(target);
    place.note({ phase: 'in-place', sha256: before.sha256, of });
  } catch (error) {
    forgetBackup(job, path);
    throw error;
  }
  job.step('in-place', `Repairing ${basename(target.path)} in place.`);
  let rejection: string | null;
  try {
    // an interruption after this point is undone
    const undoFile = (run: number) => undoFileOf(path, run);
    const outcome = await runFsck({ ...fsckSettings(job, tool), device: target.path, place, undoFile });
    report.fsck?.rounds.push(...outcome.rounds);
    requireRun(outcome);
    const after = await job.check(target.path);
    report.after = after;
    const { accept = 'clean' } = options;
    rejection = await whyUnacceptable(job.known!, after, accept, () => bootProblem(job, target.path, after));
    rejection ??= unfinishedReason(outcome, accept);
    files.sync(target.path);
  } catch (error) {
    rejection = messageOf(error);
  }
  if (rejection !== null) {
    if (!(await restoreDevice(files, path, target.path, before.sha256)))
      throw new Refusal(
        `${target.path} could not be restored (${rejection}). Its original content is kept as ${path}.`,
      );
    place.note({ phase: 'working' });
    forgetBackup(job, path);
    options.signal?.throwIfAborted();
    return job.end('still-damaged', 4, `The result is not acceptable, and ${target.path} was restored: ${rejection}.`);
  }
  const sha256 = await sha256Of(target.path);
  report.sha256.after = sha256;
  job.end('repaired', 1, null);
  writeRecord(job, before, of, { size: before.size, sha256 });
  place.note({ phase: 'ending' });
  return report;
}

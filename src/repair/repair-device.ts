/** The repair of a block device in place: all of it is kept first, e2fsck saves what it overwrites, and a failure is taken back. */
import { basename } from 'node:path';
import { whyUnacceptable } from './accept';
import { whyNotBooting } from './boots';
import { putBack, undoFileOf } from './device';
import { writeWhole } from './files';
import { runFsck } from './fsck';
import type { FsckTool } from './fsck-tool';
import type { Job } from './job';
import { freeBackupPath, keepOriginal } from './keep';
import { fsckSettings, requireRun, whyUnproven } from './plan';
import { type RepairRecord, recordOf } from './record';
import { Refusal } from './refusal';
import type { RepairReport } from './report';
import { type Survey, sha256Of } from './survey';
import { requireUnused } from './target';
import type { Workplace } from './workplace';

/** The record of a device in place is written before the first byte: `undo` must work from then on. */
function writeRecord(job: Job, before: Survey, repaired: RepairRecord['repaired']): void {
  const backup = job.report.backup!;
  const record: RepairRecord = {
    schemaVersion: 1,
    image: job.target.path,
    time: job.now.toISOString(),
    backup: backup.path,
    original: { size: before.size, sha256: before.sha256 },
    repaired,
    report: job.report,
  };
  writeWhole(job.files, backup.record, `${JSON.stringify(record, null, 2)}\n`);
  job.files.sync(job.options.backup!);
}

/**
 * Keeps all of the device, repairs it in place, and checks it. A result that is not acceptable is taken back.
 * @throws Refusal when it cannot be done; the device is as it was then, or the message says what to type
 */
export async function repairDevice(job: Job, place: Workplace, before: Survey, tool: FsckTool): Promise<RepairReport> {
  const { target, options, report, files, run, now } = job;
  const folder = options.backup!;
  job.step('backup', `Keeping all of ${target.path} in ${folder}.`);
  const keeping = { files, run, target, folder, before, now, signal: options.signal };
  const path = freeBackupPath(keeping);
  report.backup = await keepOriginal(keeping, path);
  report.undo = ['extcheck', 'repair', '--undo', '--backup', folder, target.path];
  writeRecord(job, before, null);
  requireUnused(target);
  place.note({ phase: 'in-place', sha256: before.sha256, backup: path, record: recordOf(path) });
  job.step('in-place', `Repairing ${basename(target.path)} in place.`);
  let against: string | null;
  try {
    files.remove(place.path('e2fsck.conf'));
    // from here on an interruption is taken back, not run away from
    const settings = { ...fsckSettings(job, tool), image: target.path, configFolder: place.folder };
    const outcome = await runFsck({ ...settings, undoFile: undoFileOf(path) });
    report.fsck?.rounds.push(...outcome.rounds);
    requireRun(outcome);
    const after = await job.check(target.path);
    report.after = after;
    const { accept = 'clean' } = options;
    against = await whyUnacceptable(job.known!, after, accept, () => whyNotBooting(job, target.path, after));
    against ??= whyUnproven(outcome, accept);
    files.sync(target.path);
  } catch (error) {
    against = error instanceof Error ? error.message : String(error);
  }
  if (against !== null) {
    if (!(await putBack(files, path, target.path, before.sha256)))
      throw new Refusal(`${target.path} could not be put back as it was (${against}). Its content is kept as ${path}.`);
    place.note({ phase: 'ending' });
    options.signal?.throwIfAborted();
    return job.end(
      'still-damaged',
      4,
      `The result was not acceptable, and ${target.path} was put back as it was: ${against}.`,
    );
  }
  const sha256 = await sha256Of(target.path);
  report.sha256.after = sha256;
  job.end('repaired', 1, null);
  writeRecord(job, before, { size: before.size, sha256 });
  place.note({ phase: 'ending' });
  return report;
}

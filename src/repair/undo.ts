/** Restores a kept original, after verifying it and that no newer data would be lost. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyAttributes } from './attributes';
import { blockOf, copyImage } from './copy';
import { restoreDevice } from './device';
import type { Job } from './job';
import type { RepairOptions } from './options';
import { type RepairRecord, recordOf, recordsIn } from './record';
import { Refusal } from './refusal';
import { guarded, handleLeftovers } from './repair';
import type { RepairReport } from './report';
import { sha256Of, survey } from './survey';
import { requireUnused } from './target';
import { removeWork, Workplace, workFolder } from './workplace';

/** How `undoRepair` restores. */
export type UndoOptions = Pick<RepairOptions, 'backup' | 'remount' | 'signal' | 'onEvent' | 'run' | 'files'>;

/** The newest record whose original still exists. @throws Refusal if there is none */
function newestRecord(folder: string, image: string): RepairRecord {
  const record = existsSync(folder) ? recordsIn(folder, image).find(({ backup }) => existsSync(backup)) : undefined;
  if (record !== undefined) return record;
  throw new Refusal(
    `There is no kept original of ${image} in ${folder}. If it is in another folder, use --backup DIR.`,
  );
}

/** @throws Refusal if the image changed since the repair */
async function requireRepaired(job: Job, record: RepairRecord, now: string): Promise<void> {
  if (record.repaired === null || record.repaired.sha256 === now) return;
  throw new Refusal(
    `${job.target.path} was written to or replaced since the repair of ${record.time}, and restoring the original would lose these changes. To restore it anyway, copy it: cp --sparse=always ${record.backup} ${job.target.path}`,
  );
}

/** Restores a file: by a rename on the same file system, otherwise by a copy. */
async function undoFile(job: Job, record: RepairRecord, folder: string): Promise<void> {
  const { target, files, run, options } = job;
  const beside = dirname(target.path);
  if (statSync(record.backup).dev === target.identity.dev) {
    files.rename(record.backup, target.path);
    files.sync(beside);
    files.remove(recordOf(record.backup));
    files.sync(folder);
    return;
  }
  const place = Workplace.open(files, workFolder(target.path), target.path);
  try {
    const copy = place.path('copy.img');
    const known = await survey(record.backup, blockOf(beside), options.signal);
    const copying = { folder: beside, what: 'the kept original', extra: 2 ** 20, signal: options.signal };
    await copyImage(files, record.backup, copy, known, copying);
    job.report.notes.push(...(await copyAttributes(run, record.backup, copy, true)));
    files.sync(copy);
    if ((await sha256Of(copy, options.signal)) !== record.original.sha256)
      throw new Refusal('The copy of the original differs when read back. The image was left unchanged.');
    place.note({ phase: 'ending' });
    files.rename(copy, target.path);
    files.sync(beside);
  } finally {
    job.note(place.close());
  }
}

/** Removes the lock of an interrupted repair of a device, which remains until the device is restored. */
function removeDeviceLock(job: Job, folder: string): void {
  const work = workFolder(job.target.path, folder);
  if (existsSync(work)) removeWork(job.files, work);
}

async function undo(job: Job): Promise<RepairReport> {
  const { target, options, report, files } = job;
  const folder = options.backup ?? dirname(target.path);
  if (target.device && options.backup === undefined)
    throw new Refusal(`${target.path} is a block device: use --backup DIR for the folder with its original content.`);
  // after an interrupted repair, a device is restored first
  if (!target.device) await handleLeftovers(job);
  const record = newestRecord(folder, target.path);
  job.step('undo', `Verifying the original ${record.backup}.`);
  requireUnused(target);
  const { sha256, size } = record.original;
  if (statSync(record.backup).size !== size || (await sha256Of(record.backup, options.signal)) !== sha256)
    throw new Refusal(
      `${record.backup} changed: its hash differs from the recorded one. The image was left unchanged.`,
    );
  const now = await sha256Of(target.path, options.signal);
  report.sha256 = { before: now, after: sha256 };
  if (now === sha256) {
    if (target.device) removeDeviceLock(job, folder);
    return job.end('nothing-to-do', 0, 'The image is already the original.');
  }
  await requireRepaired(job, record, now);
  if (target.device) {
    if (!(await restoreDevice(files, record.backup, target.path, sha256)))
      throw new Refusal(`${target.path} differs when read back. Its original content is kept as ${record.backup}.`);
    removeDeviceLock(job, folder);
    return job.end('undone', 1, null);
  }
  if (target.identity.links > 1)
    throw new Refusal(
      `${target.path} has ${target.identity.links} names (hard links), and the others would still refer to the repaired file.`,
    );
  await job.makeWritable();
  await undoFile(job, record, folder);
  return job.end('undone', 1, null);
}

/**
 * Restores the newest kept original of an image. The original must have the recorded hash, and the image must be unchanged
 * since the repair. If both are on one file system the original is moved, otherwise it is copied and kept. Never throws: see
 * `outcome`, `status` and `reason` of the report.
 */
export const undoRepair = (path: string, options: UndoOptions = {}): Promise<RepairReport> =>
  guarded(path, options, undo);

/** Puts a kept original back, once it is sure that it is the one and that nothing newer is lost by it. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { takeAttributes } from './attributes';
import { blockOf, copyImage } from './copy';
import { putBack } from './device';
import type { Job } from './job';
import type { RepairOptions } from './options';
import { backupFolder, type RepairRecord, recordOf, recordsIn } from './record';
import { Refusal } from './refusal';
import { guarded, settle } from './repair';
import type { RepairReport } from './report';
import { sha256Of, survey } from './survey';
import { requireUnused } from './target';
import { removeWork, Workplace, workFolder } from './workplace';

/** The newest record whose original is still there. @throws Refusal */
function newestRecord(folder: string, image: string): RepairRecord {
  const record = existsSync(folder) ? recordsIn(folder, image).find(({ backup }) => existsSync(backup)) : undefined;
  if (record !== undefined) return record;
  throw new Refusal(
    `No kept original of ${image} is in ${folder}. If it was kept elsewhere, name that folder with --backup DIR.`,
  );
}

/** @throws Refusal when the image is not what the repair left */
async function requireRepaired(job: Job, record: RepairRecord, now: string): Promise<void> {
  if (record.repaired === null || record.repaired.sha256 === now) return;
  throw new Refusal(
    `${job.target.path} is not what the repair of ${record.time} left: it was written to or replaced since, and putting the original back would lose that. If that is what you want, copy it yourself: cp --sparse=always ${record.backup} ${job.target.path}`,
  );
}

/** A file takes its name back. */
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
    const what = 'the kept original';
    await copyImage(files, record.backup, copy, known, {
      folder: beside,
      what,
      extra: 2 ** 20,
      signal: options.signal,
    });
    job.report.notes.push(...(await takeAttributes(run, record.backup, copy, true)));
    files.sync(copy);
    if ((await sha256Of(copy, options.signal)) !== record.original.sha256)
      throw new Refusal('The copy of the original does not read back as what was written. The image is as it was.');
    place.note({ phase: 'ending' });
    files.rename(copy, target.path);
    files.sync(beside);
  } finally {
    job.note(place.close());
  }
}

/** A device that a repair was interrupted on keeps its lock until it is put back. */
function clearDeviceLock(job: Job, folder: string): void {
  const work = workFolder(job.target.path, folder);
  if (existsSync(work)) removeWork(job.files, work);
}

async function undo(job: Job): Promise<RepairReport> {
  const { target, options, report, files } = job;
  const folder = backupFolder(target.path, options.backup);
  if (target.device && options.backup === undefined)
    throw new Refusal(`${target.path} is a block device: name the folder of its kept content with --backup DIR.`);
  // a device that a repair was interrupted on is put back first
  if (!target.device) await settle(job);
  const record = newestRecord(folder, target.path);
  job.step('undo', `Looking whether ${record.backup} is the original.`);
  requireUnused(target);
  const { sha256, size } = record.original;
  if (statSync(record.backup).size !== size || (await sha256Of(record.backup, options.signal)) !== sha256)
    throw new Refusal(
      `${record.backup} is not the original any more: its hash differs from the one that was recorded. The image is as it was.`,
    );
  const now = await sha256Of(target.path, options.signal);
  report.sha256 = { before: now, after: sha256 };
  if (now === sha256) {
    if (target.device) clearDeviceLock(job, folder);
    return job.end('nothing-to-do', 0, 'The image is the original already.');
  }
  await requireRepaired(job, record, now);
  if (target.device) {
    if (!(await putBack(files, record.backup, target.path, sha256)))
      throw new Refusal(
        `${target.path} does not read back as what was written to it. Its content is kept as ${record.backup}.`,
      );
    clearDeviceLock(job, folder);
    return job.end('undone', 1, null);
  }
  if (target.identity.links > 1)
    throw new Refusal(
      `${target.path} has ${target.identity.links} names (hard links), and the others would keep the repaired one.`,
    );
  await job.makeWritable();
  await undoFile(job, record, folder);
  return job.end('undone', 1, null);
}

/**
 * Puts the newest kept original of an image back. It must have the hash that was recorded, and the image must be what the
 * repair left. Where both lie on one file system the original is moved, else copied and kept. Never throws, as `repairImage`.
 */
export const undoRepair = (
  path: string,
  options: Pick<RepairOptions, 'backup' | 'remount' | 'signal' | 'onEvent' | 'run' | 'files'> = {},
): Promise<RepairReport> => guarded(path, options, undo);

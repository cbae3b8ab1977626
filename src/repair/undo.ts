/** Restores a kept original, after verifying it and that no newer data would be lost. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { shellWord } from '../report/printable';
import { copyAttributes } from './attributes';
import { blockOf, copyImage } from './copy';
import { restoreDevice, undoFileOf } from './device';
import { differenceOf, identify } from './image-identity';
import type { Job } from './job';
import { endTool, handleWork } from './leftovers';
import type { RepairOptions } from './options';
import { type RepairRecord, recordOf, recordsIn } from './record';
import { Refusal } from './refusal';
import { guarded, handleLeftovers } from './repair';
import type { RepairReport } from './report';
import { sha256Of, survey } from './survey';
import { requireUnchanged, requireUnused } from './target';
import { possibleParents } from './work-parent';
import { findWork, removeWork, requireNoOther, Workplace } from './workplace';

/** How `undoRepair` restores. */
export type UndoOptions = Pick<RepairOptions, 'backup' | 'remount' | 'signal' | 'onEvent' | 'run' | 'files'>;

/** The kept originals in a folder with the name of the image, the newest first. @throws Refusal if there is none */
function keptIn(folder: string, image: string): RepairRecord[] {
  const records = existsSync(folder) ? recordsIn(folder, image).filter(({ backup }) => existsSync(backup)) : [];
  if (records.length > 0) return records;
  throw new Refusal(
    `There is no kept original of ${image} in ${folder}. If it is in another folder, use --backup DIR.`,
  );
}

/** How the image differs from the one of a record, as a clause; null if it is that one, whatever was written to it since. */
function differenceFrom(record: RepairRecord, { target }: Job): string | null {
  const { of } = record;
  if (of === undefined) return `the record of ${record.time} does not say which image it is of`;
  const now = identify(target, of.offset);
  const difference = differenceOf(now, { ...of, size: record.repaired?.size ?? of.size });
  if (target.device || record.image === target.path) return difference;
  // a new file may get the inode number of one that was removed
  if (now.inode === of.repaired && difference === null) return null;
  return `the record of ${record.time} is of ${record.image}`;
}

/** Removes the record of an undo that was interrupted after it moved the original. Returns whether there was one. */
function removeSpentRecord({ target, files }: Job, folder: string, now: string): boolean {
  if (target.device || !existsSync(folder)) return false;
  const records = recordsIn(folder, target.path);
  const spent = records.filter(({ backup, original }) => !existsSync(backup) && original.sha256 === now);
  if (spent.length === 0 || records.some(({ backup }) => existsSync(backup))) return false;
  for (const { backup } of spent) files.remove(recordOf(backup));
  files.sync(folder);
  return true;
}

/** @throws Refusal if a kept original changed */
async function requireIntact({ backup, original }: RepairRecord, signal: AbortSignal | undefined): Promise<void> {
  if (statSync(backup).size === original.size && (await sha256Of(backup, signal)) === original.sha256) return;
  throw new Refusal(`${backup} changed: its hash differs from the recorded one. The image was left unchanged.`);
}

/** Whether the content of the image shows that a record is of it, or a repair of this device was interrupted. */
function isOf(record: RepairRecord, now: string, difference: string | null): boolean {
  if (record.of !== undefined && Object.keys(record.of.disk).length > 0 && difference !== null) return false;
  if (record.repaired === null && difference === null) return true;
  return record.repaired?.sha256 === now || record.original.sha256 === now;
}

/**
 * The newest record of this image. A record of another one is passed over, although it has the same name.
 * @throws Refusal if there is none, or the image changed since the repair
 */
async function recordOfImage(
  job: Job,
  folder: string,
  now: string,
  interrupted: readonly string[],
): Promise<RepairRecord> {
  const { path } = job.target;
  const records = keptIn(folder, path).map((record) => ({ record, difference: differenceFrom(record, job) }));
  const found =
    records.find(({ record }) => interrupted.includes(basename(record.backup))) ??
    records.find(({ record, difference }) => isOf(record, now, difference));
  if (found !== undefined) return found.record;
  const changed = records.find(({ difference }) => difference === null)?.record;
  if (changed === undefined)
    throw new Refusal(
      `The originals of this name in ${folder} are of other images: ${records[0]!.difference}. Nothing was changed.`,
    );
  await requireIntact(changed, job.options.signal);
  const copying = `cp --sparse=always ${shellWord(changed.backup)} ${shellWord(path)}`;
  throw new Refusal(
    `${path} was written to or replaced since the repair of ${changed.time}, and restoring the original would lose these changes. To restore it anyway, copy it: ${copying}`,
  );
}

/** Restores a file: by a rename on the same file system, otherwise by a copy. */
async function undoFile(job: Job, record: RepairRecord, folder: string): Promise<void> {
  const { target, files, run, options } = job;
  const beside = dirname(target.path);
  if (statSync(record.backup).dev === target.identity.dev) {
    requireUnused(target);
    requireUnchanged(target);
    files.rename(record.backup, target.path);
    job.releaseImage();
    files.sync(beside);
    files.remove(recordOf(record.backup));
    files.sync(folder);
    return;
  }
  const place = Workplace.open(files, beside, target.path);
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
    requireUnused(target);
    requireUnchanged(target);
    options.signal?.throwIfAborted();
    files.rename(copy, target.path);
    job.releaseImage();
    files.sync(beside);
  } finally {
    job.note(place.close());
  }
}

/** Removes the states of interrupted repairs of this device, which remain until it is restored. */
function removeDeviceWork(job: Job, record: RepairRecord, folder: string, own?: string): void {
  const { target, files } = job;
  for (const parent of new Set([folder, ...possibleParents(job)]))
    for (const found of findWork(target.path, parent)) {
      const { state } = found;
      const isOf = state?.phase === 'in-place' && basename(state.backup ?? '') === basename(record.backup);
      if (isOf && state.id !== own) removeWork(files, found);
      else found.folder.close();
    }
  for (let n = 1; existsSync(undoFileOf(record.backup, n)); n++) files.remove(undoFileOf(record.backup, n));
}

/**
 * Ends an e2fsck that a killed repair left running, and removes what did not change the device. Returns the names of the
 * originals of this device that an interrupted repair or undo was about, so that the device may have any content.
 * @throws Refusal if a repair of this device runs
 */
async function interruptedBackups(job: Job, folder: string): Promise<string[]> {
  const { target, report } = job;
  const backups: string[] = [];
  for (const parent of new Set([folder, ...possibleParents(job)])) {
    requireNoOther(target.path, parent);
    for (const found of findWork(target.path, parent)) {
      const { folder: work, state } = found;
      if (state?.phase !== 'in-place') {
        report.leftovers.push(...(await handleWork(job.files, found, target)));
        continue;
      }
      work.close();
      report.leftovers.push(...endTool(state));
      if (state.backup === undefined || state.of === undefined) continue;
      if (differenceOf(identify(target, state.of.offset), state.of) === null) backups.push(basename(state.backup));
    }
  }
  return backups;
}

/** Writes the original content to a device. After an interruption the next undo does it again. */
async function undoDevice(job: Job, record: RepairRecord, folder: string): Promise<RepairReport> {
  const { target, files } = job;
  const place = Workplace.open(files, folder, target.path);
  try {
    requireUnused(target);
    requireUnchanged(target);
    const of = { ...identify(target, record.of?.offset ?? 0), uuid: record.of?.uuid ?? null };
    place.note({ phase: 'in-place', backup: record.backup, record: recordOf(record.backup), of });
    if (!(await restoreDevice(files, record.backup, target.path, record.original.sha256)))
      throw new Refusal(`${target.path} differs when read back. Its original content is kept as ${record.backup}.`);
  } catch (error) {
    place.leave();
    throw error;
  }
  removeDeviceWork(job, record, folder, place.id);
  job.note(place.close());
  return job.end('undone', 1, null);
}

async function undo(job: Job): Promise<RepairReport> {
  const { target, options, report } = job;
  const folder = options.backup ?? dirname(target.path);
  if (target.device && options.backup === undefined)
    throw new Refusal(`${target.path} is a block device: use --backup DIR for the folder with its original content.`);
  // after an interrupted repair, a device is restored first
  const interrupted = target.device ? await interruptedBackups(job, folder) : [];
  if (target.device) job.holdImage();
  else await handleLeftovers(job);
  requireUnused(target);
  job.step('undo', `Looking for the original of ${target.path}.`);
  const now = await sha256Of(target.path, options.signal);
  if (removeSpentRecord(job, folder, now)) return job.end('nothing-to-do', 0, 'The image is already the original.');
  const record = await recordOfImage(job, folder, now, interrupted);
  job.step('undo', `Verifying the original ${record.backup}.`);
  const { sha256 } = record.original;
  await requireIntact(record, options.signal);
  report.sha256 = { before: now, after: sha256 };
  if (now === sha256) {
    if (target.device) removeDeviceWork(job, record, folder);
    return job.end('nothing-to-do', 0, 'The image is already the original.');
  }
  if (target.device) return undoDevice(job, record, folder);
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

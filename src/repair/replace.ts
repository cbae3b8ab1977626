/** Puts the repaired copy in the image's place: the only step that changes what the image's name leads to. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason } from '../source/file';
import { takeAttributes } from './attributes';
import { writeWhole } from './files';
import { freeBackupPath, type Keeping, keepOriginal } from './keep';
import { type RepairRecord, recordOf } from './record';
import { Refusal } from './refusal';
import type { Backup, RepairReport } from './report';
import { requireUnchanged, requireUnused } from './target';
import type { Workplace } from './workplace';

export interface Replacement extends Keeping {
  /** The folder beside the image, with the repaired copy in it. */
  place: Workplace;
  /** Of the repaired copy. */
  after: { size: number; sha256: string };
  /** Whether the original is kept. */
  keep: boolean;
  /** What the record will say once all is done. */
  reportFor(backup: Backup): RepairReport;
}

/** What was done, and what is not as it should be. */
export interface Replaced {
  backup: Backup | null;
  notes: string[];
  /** The new name may not be on disk; a power cut now could bring the old image back. */
  unsynced: string | null;
}

/**
 * Keeps the original and renames the copy over it. Up to the rename the image is untouched, and what was made is removed
 * again when something fails; from the rename on the repaired one has its name.
 * @throws Refusal when it cannot be done; the image is the original then
 */
export async function replaceImage(job: Replacement): Promise<Replaced> {
  const { files, run, target, folder, place, keep, before, after } = job;
  const copy = place.path('copy.img');
  const notes = await takeAttributes(run, target.path, copy, false);
  files.sync(copy);
  requireUnused(target);
  requireUnchanged(target);
  const path = freeBackupPath(job);
  const kept = keep ? { backup: path, record: recordOf(path) } : {};
  place.note({
    phase: 'replacing',
    original: target.identity.ino,
    repaired: statSync(copy).ino,
    sha256: before.sha256,
    ...kept,
  });
  let backup: Backup | null = null;
  try {
    if (keep) {
      backup = await keepOriginal(job, path);
      const record: RepairRecord = {
        schemaVersion: 1,
        image: target.path,
        time: job.now.toISOString(),
        backup: path,
        original: { size: before.size, sha256: before.sha256 },
        repaired: after,
        report: job.reportFor(backup),
      };
      writeWhole(files, backup.record, `${JSON.stringify(record, null, 2)}\n`);
      files.sync(folder);
    }
    requireUnused(target);
    requireUnchanged(target, target.identity.links + (backup?.how === 'link' ? 1 : 0));
    job.signal?.throwIfAborted();
    files.rename(copy, target.path);
  } catch (error) {
    if (keep) for (const left of [recordOf(path), `${recordOf(path)}.new`, path]) files.remove(left);
    if (error instanceof Refusal || job.signal?.aborted) throw error;
    throw new Refusal(`The image cannot be replaced: ${reason(error)}. It is as it was.`);
  }
  try {
    files.sync(dirname(target.path));
    return { backup, notes, unsynced: null };
  } catch (error) {
    return { backup, notes, unsynced: reason(error) };
  }
}

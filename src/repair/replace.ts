/** Replaces the image by the repaired copy: the only step that changes the file with the image's name. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason } from '../source/file';
import { copyAttributes } from './attributes';
import { writeAtomically } from './files';
import type { ImageIdentity } from './image-identity';
import { freeBackupPath, type Keeping, keepOriginal } from './keep';
import { type RepairRecord, recordOf } from './record';
import { Refusal } from './refusal';
import type { Backup, RepairReport } from './report';
import { requireUnchanged, requireUnused } from './target';
import type { Workplace } from './workplace';

export interface Replacement extends Keeping {
  /** The work folder beside the image, which contains the repaired copy. */
  place: Workplace;
  after: { size: number; sha256: string };
  /** Whether the original is kept. */
  keep: boolean;
  /** What the image is. */
  of: ImageIdentity;
  /** Closes the image, which is still open. */
  releaseImage(): void;
  /** The report that the record contains. */
  reportFor(backup: Backup): RepairReport;
}

export interface Replaced {
  backup: Backup | null;
  notes: string[];
  /** Why the folder could not be synced, so that a power failure now could restore the old image; null if it was synced. */
  unsynced: string | null;
}

/**
 * Keeps the original and renames the copy over it. Until the rename the image is unchanged, and a failure removes the new
 * files; after it, the repaired copy has the image's name.
 * @throws Refusal if that fails; the image is left unchanged
 */
export async function replaceImage(job: Replacement): Promise<Replaced> {
  const { files, run, target, folder, place, keep, before, after } = job;
  const copy = place.path('copy.img');
  const notes = await copyAttributes(run, target.path, copy, false);
  files.sync(copy);
  requireUnused(target);
  requireUnchanged(target);
  const path = freeBackupPath(job);
  const kept = keep ? { backup: path, record: recordOf(path) } : {};
  const [original, repaired] = [target.identity.ino, statSync(copy).ino];
  place.note({ phase: 'replacing', original, repaired, sha256: before.sha256, ...kept });
  let backup: Backup | null = null;
  try {
    if (keep) {
      backup = await keepOriginal(job, path);
      const record: RepairRecord = {
        schemaVersion: 1,
        image: target.path,
        time: job.now.toISOString(),
        backup: path,
        of: { ...job.of, repaired },
        original: { size: before.size, sha256: before.sha256 },
        repaired: after,
        report: job.reportFor(backup),
      };
      writeAtomically(files, backup.record, `${JSON.stringify(record, null, 2)}\n`);
      files.sync(folder);
    }
    requireUnused(target);
    requireUnchanged(target, target.identity.links + (backup?.method === 'link' ? 1 : 0));
    job.signal?.throwIfAborted();
    files.rename(copy, target.path);
    job.releaseImage();
  } catch (error) {
    if (keep) for (const left of [recordOf(path), `${recordOf(path)}.new`, path]) files.remove(left);
    if (error instanceof Refusal || job.signal?.aborted) throw error;
    throw new Refusal(`The image cannot be replaced: ${reason(error)}. It was left unchanged.`);
  }
  try {
    files.sync(dirname(target.path));
    return { backup, notes, unsynced: null };
  } catch (error) {
    return { backup, notes, unsynced: reason(error) };
  }
}

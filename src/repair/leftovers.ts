/** Reports and removes what an interrupted repair left over, without changing the image. */
import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason } from '../source/file';
import type { Files } from './files';
import { Refusal } from './refusal';
import { sha256Of } from './survey';
import { leftoverState, removeUnnamed, removeWork, type State } from './workplace';

/** Which of the two files now has the image's name. */
async function currentImage(state: State): Promise<'original' | 'repaired' | 'neither'> {
  const { ino } = lstatSync(state.image);
  if (ino === state.original) return 'original';
  if (ino === state.repaired) return 'repaired';
  // some file systems change inode numbers at a mount
  return (await sha256Of(state.image)) === state.sha256 ? 'original' : 'neither';
}

/** Removes a backup that is not needed; only if the image itself is certainly the original. */
function removeBackup(files: Files, state: State): void {
  const { record, backup } = state;
  if (record === undefined || backup === undefined || !existsSync(dirname(backup))) return;
  for (const path of [record, `${record}.new`, backup, `${backup}.part`]) files.remove(path);
  files.sync(dirname(backup));
}

async function replacementState(files: Files, state: State): Promise<string> {
  const name = existsSync(state.image) ? await currentImage(state) : 'neither';
  if (name === 'repaired')
    return `An earlier repair was interrupted after it replaced the image: ${state.image} is repaired, and the damaged original ${state.backup === undefined ? 'was not kept, as requested' : `is kept as ${state.backup}`}.`;
  if (name === 'original') {
    removeBackup(files, state);
    return 'An earlier repair was interrupted before it replaced the image, which was left unchanged; its unfinished files were removed.';
  }
  return `An earlier repair was interrupted, and the image was replaced by another file since${state.backup === undefined ? '' : `; ${state.backup} is still there`}.`;
}

/** How far an interrupted repair came, as a sentence. A folder without a state was being removed, as the state is removed last. */
async function progressOf(files: Files, state: State | undefined): Promise<string> {
  if (state?.phase === 'replacing') return replacementState(files, state);
  if (state?.phase === 'working')
    return 'An earlier repair was interrupted while it worked on its private copy; the image was left unchanged, and the copy was removed.';
  return 'An earlier repair was interrupted in its last step. The image is complete: either the original or the repaired one.';
}

/**
 * Removes the work folder of an interrupted repair. Returns what was found, as sentences.
 * @throws Refusal if that repair still runs, or its device must be restored first
 */
export async function removeLeftovers(files: Files, folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    if (removeUnnamed(files, folder) > 0)
      found.push('An earlier repair was interrupted before it started work; its folder was removed.');
    const left = leftoverState(folder);
    if (left === undefined) return found;
    const { state } = left;
    if (state?.phase === 'in-place')
      throw new Refusal(
        `An earlier repair of ${state.image} was interrupted while it wrote to the device. The original content is kept as ${state.backup}. Restore it with: extcheck repair --undo --backup ${dirname(state.backup ?? '')} ${state.image}`,
      );
    found.push(await progressOf(files, state));
    removeWork(files, folder);
    files.sync(dirname(folder));
    return found;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The files of an earlier repair in ${folder} cannot be removed: ${reason(error)}.`);
  }
}

/** What an earlier repair that was killed left behind: told, and cleared away without touching the image. */
import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason } from '../source/file';
import type { Files } from './files';
import { Refusal } from './refusal';
import { sha256Of } from './survey';
import { leftBehind, removeUnnamed, removeWork, type State } from './workplace';

/** Which of the two the image's name leads to now. */
async function whichIsThere(state: State): Promise<'original' | 'repaired' | 'neither'> {
  const { ino } = lstatSync(state.image);
  if (ino === state.original) return 'original';
  if (ino === state.repaired) return 'repaired';
  // inode numbers of some file systems do not outlive a mount
  return (await sha256Of(state.image)) === state.sha256 ? 'original' : 'neither';
}

/** Takes back a backup that was made for nothing; only where the image itself is surely the original. */
function removeBackup(files: Files, state: State): void {
  const { record, backup } = state;
  if (record === undefined || backup === undefined || !existsSync(dirname(backup))) return;
  for (const path of [record, `${record}.new`, backup, `${backup}.part`]) files.remove(path);
  files.sync(dirname(backup));
}

async function replacing(files: Files, state: State): Promise<string> {
  const name = existsSync(state.image) ? await whichIsThere(state) : 'neither';
  if (name === 'repaired')
    return `An earlier repair was interrupted after it had replaced the image: ${state.image} is the repaired one, and the damaged one is kept as ${state.backup ?? 'nothing, as was asked for'}.`;
  if (name === 'original') {
    removeBackup(files, state);
    return 'An earlier repair was interrupted before it replaced the image, which is as it was; what it had begun was removed.';
  }
  return `An earlier repair was interrupted, and the image has been replaced by something else since; ${state.backup ?? 'nothing'} was left where it is.`;
}

/** What a folder says about how far its repair came. One without a state was being removed: that goes last. */
async function told(files: Files, state: State | undefined): Promise<string> {
  if (state?.phase === 'replacing') return replacing(files, state);
  if (state?.phase === 'working')
    return 'An earlier repair was interrupted while it worked on its own copy; the image was not touched, and the copy was removed.';
  return 'An earlier repair was interrupted in its last step. The image is whole: what it was before that, or what it was to become.';
}

/**
 * Clears a work folder of a repair that was killed. Returns what was found, as sentences.
 * @throws Refusal when that repair is still at work, or its device must be seen to first
 */
export async function settleLeftovers(files: Files, folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    if (removeUnnamed(files, folder) > 0)
      found.push('An earlier repair was interrupted before it began; its folder was removed.');
    const left = leftBehind(folder);
    if (left === undefined) return found;
    const { state } = left;
    if (state?.phase === 'in-place')
      throw new Refusal(
        `An earlier repair of ${state.image} was interrupted while it wrote to the device. Its content before that is kept as ${state.backup}. Put it back with: extcheck repair --undo --backup ${dirname(state.backup ?? '')} ${state.image}`,
      );
    found.push(await told(files, state));
    removeWork(files, folder);
    files.sync(dirname(folder));
    return found;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`What an earlier repair left in ${folder} cannot be cleared away: ${reason(error)}.`);
  }
}

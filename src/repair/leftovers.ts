/** Reports and removes what an interrupted repair left over, without changing the image. */
import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord } from '../report/printable';
import { listed } from '../report/words';
import { reason } from '../source/file';
import { undoFileOf } from './device';
import type { Files } from './files';
import { differenceOf, identify } from './image-identity';
import { endProcesses } from './processes';
import { Refusal } from './refusal';
import { isAlive, type State } from './state';
import { sha256Of } from './survey';
import type { Target } from './target';
import { type Found, findWork, removeWork } from './workplace';

/** Which of the two files now has the image's name. */
async function currentImage(state: State, image: string): Promise<'original' | 'repaired' | 'neither'> {
  const { ino } = lstatSync(image);
  if (ino === state.original) return 'original';
  if (ino === state.repaired) return 'repaired';
  // some file systems change inode numbers at a mount
  return (await sha256Of(image)) === state.sha256 ? 'original' : 'neither';
}

/** Removes a backup that is not needed, with all that belongs to it; only if the image itself is certainly the original. */
export function removeBackup(files: Files, { record, backup }: Pick<State, 'record' | 'backup'>): void {
  if (record === undefined || backup === undefined || !existsSync(dirname(backup))) return;
  for (const path of [record, `${record}.new`, backup, `${backup}.part`]) files.remove(path);
  for (let n = 1; existsSync(undoFileOf(backup, n)); n++) files.remove(undoFileOf(backup, n));
  files.sync(dirname(backup));
}

async function replacementState(files: Files, state: State, image: string): Promise<string> {
  const name = existsSync(image) ? await currentImage(state, image) : 'neither';
  if (name === 'repaired')
    return `An earlier repair was interrupted after it replaced the image: ${image} is repaired, and the damaged original ${state.backup === undefined ? 'was not kept, as requested' : `is kept as ${state.backup}`}.`;
  if (name === 'original') {
    removeBackup(files, state);
    return 'An earlier repair was interrupted before it replaced the image, which was left unchanged; its unfinished files were removed.';
  }
  return `An earlier repair was interrupted, and the image was replaced by another file since${state.backup === undefined ? '' : `; ${state.backup} is still there`}.`;
}

/** How far an interrupted repair came, as a sentence. A folder without a state was being made or removed. */
async function progressOf(files: Files, state: State | null, image: string): Promise<string> {
  if (state?.phase === 'replacing') return replacementState(files, state, image);
  if (state?.phase !== 'working')
    return 'An earlier repair was interrupted in its first or last step. The image is complete: either the original or the repaired one.';
  // of a device, whose content may have been copied already
  removeBackup(files, state);
  return 'An earlier repair was interrupted while it worked on its private copy; the image was left unchanged, and the copy was removed.';
}

/** Ends an e2fsck that a killed repair left running. Returns a sentence about it. @throws Refusal if it does not end */
export function endTool(state: State | null): string[] {
  const { ended, all } = endProcesses(state?.id);
  const which = listed(ended.map(String));
  if (!all) throw new Refusal(`e2fsck of an interrupted repair still runs and cannot be ended: process ${which}.`);
  return ended.length === 0
    ? []
    : [`e2fsck of an interrupted repair was still running, and was ended: process ${which}.`];
}

/** The command that restores a device after an interruption. */
export const restoreCommand = (folder: string, device: string): string =>
  `extcheck repair --undo --backup ${shellWord(folder)} ${shellWord(device)}`;

/** What to do about a device that an interrupted repair wrote to. @throws Refusal if it is this device */
function requireRestored(target: Target, state: State): string {
  const kept = `Its original content is kept as ${state.backup}`;
  const difference = state.of === undefined ? null : differenceOf(identify(target, state.of.offset), state.of);
  if (difference === null)
    throw new Refusal(
      `An earlier repair of ${state.image} was interrupted while it wrote to the device. ${kept}. Restore it with: ${restoreCommand(dirname(state.backup ?? ''), target.path)}`,
    );
  return `An earlier repair of another device, which had the name ${state.image}, was interrupted while it wrote to it. ${kept}. ${target.path} is not that device: ${difference}.`;
}

/** Handles one work folder. Returns what was found, as sentences. */
export async function handleWork(files: Files, found: Found, target: Target): Promise<string[]> {
  const { folder, state } = found;
  try {
    if (state !== null && isAlive(state))
      throw new Refusal(`Another repair of this image is running: process ${state.pid}. Wait until it ends.`);
    const ended = endTool(state);
    if (state?.phase === 'in-place') return [...ended, requireRestored(target, state)];
    const sentences = [...ended, await progressOf(files, state, target.path)];
    removeWork(files, found);
    files.sync(dirname(folder.path));
    return sentences;
  } finally {
    folder.close();
  }
}

/** Whether interrupted repairs of the image left anything in a folder. @throws Refusal if one of them still runs */
export function hasLeftovers(image: string, parent: string): boolean {
  const found = findWork(image, parent);
  for (const { folder } of found) folder.close();
  return found.length > 0;
}

/**
 * Removes the work folders of interrupted repairs of an image in `parent`. Returns what was found, as sentences.
 * @throws Refusal if one of these repairs still runs, or its device must be restored first
 */
export async function removeLeftovers(files: Files, target: Target, parent: string): Promise<string[]> {
  const sentences: string[] = [];
  const all = findWork(target.path, parent);
  try {
    for (const found of all) sentences.push(...(await handleWork(files, found, target)));
    return sentences;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The files of an earlier repair in ${parent} cannot be removed: ${reason(error)}.`);
  } finally {
    for (const { folder } of all) folder.close();
  }
}

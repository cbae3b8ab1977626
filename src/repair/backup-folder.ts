/** Looks at the folder for the original before anything is copied. */
import { accessSync, constants, lstatSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, reason } from '../source/file';
import { requireRoom } from './copy';
import type { Job } from './job';
import { Refusal } from './refusal';
import type { Survey } from './survey';

/** The folder that keeps the original; undefined if none is kept. */
function folderOf({ target, options }: Job): string | undefined {
  return options.noBackup && !target.device ? undefined : (options.backup ?? dirname(target.path));
}

/** @throws Refusal if the folder for the original does not exist, is something else, or is not writable */
export function requireBackupFolder(job: Job): void {
  const { backup, remount } = job.options;
  if (backup === undefined) return;
  let isFolder: boolean;
  try {
    isFolder = statSync(backup).isDirectory();
  } catch (error) {
    throw new Refusal(
      `The original cannot be kept in ${backup}: ${reason(error)}. Create this folder, or use another --backup DIR.`,
    );
  }
  if (!isFolder)
    throw new Refusal(`The original cannot be kept in ${backup}: it is not a folder. Use another --backup DIR.`);
  try {
    accessSync(backup, constants.W_OK | constants.X_OK);
  } catch (error) {
    // it becomes writable together with the image
    const withImage = codeOf(error) === 'EROFS' && remount && statSync(backup).dev === job.target.identity.dev;
    if (withImage) return;
    throw new Refusal(`The original cannot be kept in ${backup}: ${reason(error)}. Use another --backup DIR.`);
  }
}

/** On btrfs each sub-volume has a device number, and a copy between them shares blocks. */
const btrfs = 0x9123683e;

/** Bytes for the record. */
const recordRoom = 2 ** 20;

/**
 * @param copied bytes that the private copy needs in the folder `parent`
 * @throws Refusal if the folder for the original has not enough space
 */
export function requireBackupRoom(job: Job, known: Survey, parent: string, copied: number): void {
  const folder = folderOf(job);
  if (folder === undefined || lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const { dev } = statSync(folder);
  // it gets a second name, or shares the blocks of the image
  if (!job.target.device && dev === job.target.identity.dev) return;
  const { type } = statfsSync(folder);
  if (type === btrfs && !job.target.device) return;
  const shared = statSync(parent).dev === dev ? copied : 0;
  requireRoom(folder, known.dataBytes + recordRoom + shared, 'keeping the damaged original');
}

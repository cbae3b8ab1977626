/** The folders in which a repair may work, and the one that it uses. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { repairRoom, requireRoom } from './copy';
import type { Job } from './job';
import type { Survey } from './survey';

/**
 * Folders for work that cannot be beside the image: what the caller names as TMPDIR, then those to which no other user can
 * write, and the shared one last.
 */
export function temporaryFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const isRoot = process.geteuid?.() === 0;
  const folders = [env['TMPDIR'], isRoot ? '/run' : undefined, env['XDG_RUNTIME_DIR'], tmpdir()];
  return [...new Set(folders.filter((folder) => folder?.startsWith('/')))] as string[];
}

/** All folders that a repair of this image may have used. */
export function possibleParents({ target, options }: Job): string[] {
  const others = [options.work, target.device ? options.backup : undefined, ...temporaryFolders()];
  return [...new Set([dirname(target.path), ...others.filter((folder) => folder !== undefined)])];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** The type of a file system that is in memory. */
const tmpfs = 0x01021994;

/** Whether files of this size may be put on a file system: one in memory may take half of what is free at most. */
export const leavesMemory = (type: number, bytes: number, free: number): boolean => type !== tmpfs || bytes <= free / 2;

/** The first folder for temporary files that has enough space; undefined if none has. */
function roomyFolder(known: Survey): string | undefined {
  const bytes = known.dataBytes + repairRoom(known.size);
  return temporaryFolders().find((folder) => {
    if (!isWritable(folder)) return false;
    try {
      requireRoom(folder, bytes, 'a copy');
      return leavesMemory(statfsSync(folder).type, bytes, freemem());
    } catch {
      return false;
    }
  });
}

/** The folder for the copy. Makes the file system of the image writable if no other folder has space. */
export async function workParent(job: Job, known: Survey): Promise<string> {
  const { target, options } = job;
  if (options.work !== undefined) return options.work;
  if (target.device) return options.backup!;
  const beside = dirname(target.path);
  if (!job.readOnly && (isWritable(beside) || !options.dryRun)) return beside;
  const other = roomyFolder(known);
  if (other !== undefined) return other;
  if (options.dryRun) return tmpdir();
  await job.makeWritable();
  return beside;
}

/** Whether a repair that works in `parent` makes a second folder beside the image, so that other repairs find it. */
export function locksBeside({ target, readOnly }: Job, parent: string): boolean {
  const beside = dirname(target.path);
  return !target.device && parent !== beside && !readOnly && isWritable(beside);
}

/** Keeps the damaged original: as a hard link if possible, otherwise as a copy that is read back. */
import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, reason } from '../source/file';
import { copyAttributes } from './attributes';
import { copyImage } from './copy';
import type { Files } from './files';
import { backupName, recordOf } from './record';
import { Refusal } from './refusal';
import type { Backup } from './report';
import type { Runner } from './runner';
import { type Survey, sha256Of } from './survey';
import type { Target } from './target';

export interface Keeping {
  files: Files;
  run: Runner;
  target: Target;
  folder: string;
  before: Survey;
  now: Date;
  signal?: AbortSignal | undefined;
}

/** Whether there is anything with this name, a link that leads nowhere too. */
const isTaken = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The path of a backup that does not exist yet. */
export function freeBackupPath({ target, folder, now }: Pick<Keeping, 'target' | 'folder' | 'now'>): string {
  const path = join(folder, backupName(target.path, now));
  let free = path;
  for (let n = 2; isTaken(free) || isTaken(recordOf(free)); n++) free = `${path}-${n}`;
  return free;
}

/** Hard-links the original; false if its file system does not support that, or the folder is on another one. */
function linked({ files, target, folder }: Keeping, path: string): boolean {
  if (target.device || statSync(folder).dev !== target.identity.dev) return false;
  try {
    files.link(target.path, path);
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'].includes(codeOf(error) ?? '')) return false;
    throw new Refusal(`The original cannot be kept as ${path}: ${reason(error)}. Nothing was changed.`);
  }
  if (lstatSync(path).ino === target.identity.ino) return true;
  files.remove(path);
  throw new Refusal(`Another program replaced ${target.path}. It was left unchanged; start again.`);
}

/**
 * Makes the backup at `path`, which must not exist, and syncs it. A copy has another name until it is complete.
 * @throws Refusal if it cannot be made, or differs from the original when read back
 */
export async function keepOriginal(keeping: Keeping, path: string): Promise<Backup> {
  const { files, run, target, folder, before, signal } = keeping;
  const record = recordOf(path);
  if (linked(keeping, path)) {
    files.sync(folder);
    return { path, sha256: before.sha256, method: 'link', record };
  }
  const part = `${path}.part`;
  files.remove(part);
  try {
    const what = 'keeping the damaged original';
    const method = await copyImage(files, target.path, part, before, { folder, what, extra: 2 ** 20, signal });
    if (!target.device) await copyAttributes(run, target.path, part, true);
    files.sync(part);
    if ((await sha256Of(part, signal)) !== before.sha256)
      throw new Refusal(`The copy of the original in ${folder} differs when read back. Nothing was changed.`);
    files.rename(part, path);
    files.sync(dirname(path));
    return { path, sha256: before.sha256, method, record };
  } catch (error) {
    files.remove(part);
    throw error;
  }
}

/** Keeps the damaged original: under a second name where that can be, else as a copy that was read back. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, reason } from '../source/file';
import { takeAttributes } from './attributes';
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
  /** Folder for it. */
  folder: string;
  before: Survey;
  now: Date;
  signal?: AbortSignal | undefined;
}

/** The path of a backup that does not exist yet. */
export function freeBackupPath({ target, folder, now }: Pick<Keeping, 'target' | 'folder' | 'now'>): string {
  const path = join(folder, backupName(target.path, now));
  let free = path;
  for (let n = 2; existsSync(free) || existsSync(recordOf(free)); n++) free = `${path}-${n}`;
  return free;
}

/** Gives the original a second name; false where its file system has no such thing, or the folder lies elsewhere. */
function linked({ files, target, folder }: Keeping, path: string): boolean {
  if (target.device || statSync(folder).dev !== target.identity.dev) return false;
  try {
    files.link(target.path, path);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'].includes(codeOf(error) ?? '')) return false;
    throw new Refusal(`The original cannot be kept as ${path}: ${reason(error)}. Nothing was changed.`);
  }
}

/**
 * Makes the backup at `path`, which must not exist, and waits until it is on disk. A copy has another name until it is whole.
 * @throws Refusal when it cannot be made, or does not read back as the original
 */
export async function keepOriginal(keeping: Keeping, path: string): Promise<Backup> {
  const { files, run, target, folder, before, signal } = keeping;
  const record = recordOf(path);
  if (linked(keeping, path)) {
    files.sync(folder);
    return { path, sha256: before.sha256, how: 'link', record };
  }
  const part = `${path}.part`;
  files.remove(part);
  try {
    const what = 'keeping the damaged original';
    const how = await copyImage(files, target.path, part, before, { folder, what, extra: 2 ** 20, signal });
    if (!target.device) await takeAttributes(run, target.path, part, true);
    files.sync(part);
    if ((await sha256Of(part, signal)) !== before.sha256)
      throw new Refusal(
        `The copy of the original in ${folder} does not read back as what was written. Nothing was changed.`,
      );
    files.rename(part, path);
    files.sync(dirname(path));
    return { path, sha256: before.sha256, how, record };
  } catch (error) {
    files.remove(part);
    throw error;
  }
}

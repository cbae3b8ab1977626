/** The work folder of a repair: its lock, the journal of its progress, and all unfinished files. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from '../source/file';
import { type Files, writeAtomically } from './files';
import { Refusal } from './refusal';

/** The progress of a repair, which the next one reads after an interruption. */
export interface State {
  schemaVersion: 1;
  /** The image, absolute. */
  image: string;
  pid: number;
  /** When that process started, in clock ticks since boot, and the id of the boot; process ids are reused. */
  started: string;
  boot: string;
  /**
   * `working` on a copy; `replacing` the image; `in-place`: writing to a device; `ending`: only one rename, or removing files,
   * is left.
   */
  phase: 'working' | 'replacing' | 'in-place' | 'ending';
  /** Inode numbers of the damaged image and of the repaired copy; the one that has the image's name shows the progress. */
  original?: number;
  repaired?: number;
  sha256?: string;
  backup?: string;
  record?: string;
}

/** All files that a work folder may contain. */
export const workFiles = ['copy.img', 'e2fsck.conf', 'problems.xml', 'state.json', 'state.json.new'] as const;

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** When a process started, in clock ticks since boot; empty if there is none, or it is a zombie. */
function startOf(pid: number): string {
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}
const boot = (): string => textOf('/proc/sys/kernel/random/boot_id');

/** Work folders of repairs that run in this process. */
const active = new Set<string>();

/** Whether the process that wrote a state still works on it. */
function isAlive(state: State, folder: string): boolean {
  if (state.pid === process.pid && state.started === startOf(process.pid)) return active.has(folder);
  if (boot() !== '') return state.boot === boot() && startOf(state.pid) === state.started;
  try {
    process.kill(state.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The work folder for an image: beside it, or in another folder with a hash of its path. */
export function workFolder(image: string, folder = dirname(image)): string {
  const which = folder === dirname(image) ? '' : `-${createHash('sha256').update(image).digest('hex').slice(0, 8)}`;
  return join(folder, `.${basename(image)}${which}.extcheck-repair`);
}

/** The state in a work folder; undefined if there is no valid one. */
export function readState(folder: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as State;
    return state.schemaVersion === 1 && typeof state.pid === 'number' ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a work folder and its known files. @throws if it contains other files */
export function removeWork(files: Files, folder: string): void {
  // the state is removed last, so that the next repair can read it after an interruption
  for (const name of workFiles) if (!name.startsWith('state')) files.remove(join(folder, name));
  files.remove(join(folder, 'state.json.new'));
  files.remove(join(folder, 'state.json'));
  files.removeFolder(folder);
}

/** Work folders that do not have their final name yet, with the id of their process. */
function unnamedFolders(folder: string): [path: string, pid: number][] {
  const prefix = `${basename(folder)}.`;
  return readdirSync(dirname(folder)).flatMap((name): [string, number][] => {
    if (!name.startsWith(prefix) || !/^\d+$/.test(name.slice(prefix.length))) return [];
    return [[join(dirname(folder), name), Number(name.slice(prefix.length))]];
  });
}

/** Whether a repair left files over. */
export const hasLeftovers = (folder: string): boolean => existsSync(folder) || unnamedFolders(folder).length > 0;

/** Removes folders of repairs that were killed before the folder had its final name. Returns how many. */
export function removeUnnamed(files: Files, folder: string): number {
  let removed = 0;
  for (const [path, pid] of unnamedFolders(folder)) {
    const state = readState(path);
    if (state === undefined ? pid !== process.pid && startOf(pid) !== '' : isAlive(state, folder)) continue;
    removeWork(files, path);
    removed++;
  }
  return removed;
}

/** The state that another repair left in a folder; undefined if there is no folder. @throws Refusal if that repair runs */
export function leftoverState(folder: string): { state: State | undefined } | undefined {
  if (!existsSync(folder)) return undefined;
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || (process.getuid !== undefined && stats.uid !== process.getuid()))
    throw new Refusal(`${folder} exists, but no repair of this user created it. Inspect it, and remove it.`);
  const state = readState(folder);
  if (state !== undefined && isAlive(state, folder))
    throw new Refusal(`Another repair of this image is running: process ${state.pid}. Wait until it ends.`);
  return { state };
}

/** A work folder that this repair owns until `close`. */
export class Workplace {
  private state: State;

  private constructor(
    private readonly files: Files,
    readonly folder: string,
    image: string,
  ) {
    const { pid } = process;
    this.state = { schemaVersion: 1, image, pid, started: startOf(pid), boot: boot(), phase: 'working' };
  }

  /** Creates the folder together with its state, atomically. @throws Refusal if that fails */
  static open(files: Files, folder: string, image: string): Workplace {
    const place = new Workplace(files, folder, image);
    const unnamed = `${folder}.${process.pid}`;
    try {
      files.makeFolder(unnamed);
      writeAtomically(files, join(unnamed, 'state.json'), JSON.stringify(place.state));
      files.rename(unnamed, folder);
      active.add(folder);
    } catch (error) {
      try {
        removeWork(files, unnamed);
      } catch {
        // it was not created, or the next repair removes it
      }
      throw new Refusal(`The work folder in ${dirname(folder)} cannot be created: ${reason(error)}.`);
    }
    return place;
  }

  path(name: (typeof workFiles)[number]): string {
    return join(this.folder, name);
  }

  /** Records the next step before it starts. */
  note(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    writeAtomically(this.files, this.path('state.json'), JSON.stringify(this.state));
    this.files.sync(this.folder);
  }

  /** Removes the folder and its files. Returns why that failed, as a sentence; null if it succeeded. */
  close(): string | null {
    active.delete(this.folder);
    try {
      removeWork(this.files, this.folder);
      return null;
    } catch (error) {
      return `${this.folder} could not be removed: ${reason(error)}. The next repair tries again.`;
    }
  }
}

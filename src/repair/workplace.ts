/** The folder a repair works in, beside the image: a lock, a journal of what is under way, and all unfinished files. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from '../source/file';
import { type Files, writeWhole } from './files';
import { Refusal } from './refusal';

/** What a repair that was killed leaves for the next one to read. */
export interface State {
  schemaVersion: 1;
  /** The image, absolute. */
  image: string;
  pid: number;
  /** When that process started, in clock ticks since boot, and which boot; numbers of processes come back. */
  started: string;
  boot: string;
  /**
   * `working` on a copy; `replacing` the image; `in-place` writing to a device; `ending`: all that is left is one rename, or to
   * clear up.
   */
  phase: 'working' | 'replacing' | 'in-place' | 'ending';
  /** Inode numbers of the damaged image and of the repaired copy; what has the image's name tells how far it came. */
  original?: number;
  repaired?: number;
  sha256?: string;
  backup?: string;
  record?: string;
  /** A mount point that was made writable and has to be made read-only again. */
  remounted?: string;
}

/** All files that are ever made in a workplace. */
export const workFiles = ['copy.img', 'e2fsck.conf', 'problems.xml', 'state.json', 'state.json.new'] as const;

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** When a process started, in clock ticks since boot; empty when there is none, or it is dead and waits to be buried. */
function startOf(pid: number): string {
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}
const boot = (): string => textOf('/proc/sys/kernel/random/boot_id');

/** Work folders of repairs that go on in this process. */
const active = new Set<string>();

/** Whether the process that wrote a state is still at work on it. */
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

/** The folder for an image: beside it, or in another folder, where images of the same name must not meet. */
export function workFolder(image: string, folder = dirname(image)): string {
  const which = folder === dirname(image) ? '' : `-${createHash('sha256').update(image).digest('hex').slice(0, 8)}`;
  return join(folder, `.${basename(image)}${which}.extcheck-repair`);
}

/** The state in a work folder; undefined when there is none that makes sense. */
export function readState(folder: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as State;
    return state.schemaVersion === 1 && typeof state.pid === 'number' ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Takes away a work folder and the files in it that are ours. @throws when something else lies there */
export function removeWork(files: Files, folder: string): void {
  // what says how far it came goes last, so that whoever comes after an interruption can read it
  for (const name of workFiles) if (!name.startsWith('state')) files.remove(join(folder, name));
  files.remove(join(folder, 'state.json.new'));
  files.remove(join(folder, 'state.json'));
  files.removeFolder(folder);
}

/** Folders that have not got their name yet, each with the number of its process. */
function unnamedFolders(folder: string): [path: string, pid: number][] {
  const prefix = `${basename(folder)}.`;
  return readdirSync(dirname(folder)).flatMap((name): [string, number][] => {
    if (!name.startsWith(prefix) || !/^\d+$/.test(name.slice(prefix.length))) return [];
    return [[join(dirname(folder), name), Number(name.slice(prefix.length))]];
  });
}

/** Whether anything lies there that a repair made. */
export const hasLeftovers = (folder: string): boolean => existsSync(folder) || unnamedFolders(folder).length > 0;

/** Removes folders of repairs that were killed before theirs had its name. Returns how many. */
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

/** The state that another repair left in a folder; undefined when there is no such folder. @throws Refusal when it still works */
export function leftBehind(folder: string): { state: State | undefined } | undefined {
  if (!existsSync(folder)) return undefined;
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || (process.getuid !== undefined && stats.uid !== process.getuid()))
    throw new Refusal(
      `${folder} is in the way, and is not a folder that a repair of this user made. Look at it, and remove it.`,
    );
  const state = readState(folder);
  if (state !== undefined && isAlive(state, folder))
    throw new Refusal(`Another repair of this image is at work: process ${state.pid}. Wait for it to end.`);
  return { state };
}

/** A folder that is ours until `close`. */
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

  /** Makes the folder; it appears with its state in it or not at all. @throws Refusal when it cannot be made */
  static open(files: Files, folder: string, image: string): Workplace {
    const place = new Workplace(files, folder, image);
    const unnamed = `${folder}.${process.pid}`;
    try {
      files.makeFolder(unnamed);
      writeWhole(files, join(unnamed, 'state.json'), JSON.stringify(place.state));
      files.rename(unnamed, folder);
      active.add(folder);
    } catch (error) {
      try {
        removeWork(files, unnamed);
      } catch {
        // It was never made, or the next repair removes it.
      }
      throw new Refusal(`There is no place to work in ${dirname(folder)}: ${reason(error)}.`);
    }
    return place;
  }

  path(name: (typeof workFiles)[number]): string {
    return join(this.folder, name);
  }

  /** Writes down what comes next, before it is done. */
  note(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    writeWhole(this.files, this.path('state.json'), JSON.stringify(this.state));
    this.files.sync(this.folder);
  }

  /** Removes it with all that is in it. Returns what is wrong, as a sentence, when that cannot be done. */
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

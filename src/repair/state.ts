/** The state of a repair in its work folder, which the next repair reads after an interruption. */
import type { ImageIdentity } from './image-identity';
import type { OwnFolder } from './own-folder';
import { boot, startOf } from './processes';

/** The progress of a repair. */
export interface State {
  schemaVersion: 1;
  /** Random; e2fsck has it in its environment. */
  id?: string;
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
  /** What the image is, for `in-place`. */
  of?: ImageIdentity;
}

/** Ids of repairs that run in this process. */
export const active = new Set<string>();

/** Whether the process that wrote a state still works on it. */
export function isAlive(state: State): boolean {
  if (state.pid === process.pid && state.started === startOf(process.pid))
    return state.id !== undefined && active.has(state.id);
  if (boot() !== '') return state.boot === boot() && startOf(state.pid) === state.started;
  try {
    process.kill(state.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The state in a work folder; undefined if there is no valid one. */
export function readState(folder: OwnFolder): State | undefined {
  try {
    const state = JSON.parse(folder.text('state.json')) as State;
    const valid = state.schemaVersion === 1 && typeof state.pid === 'number' && typeof state.image === 'string';
    return valid ? state : undefined;
  } catch {
    return undefined;
  }
}

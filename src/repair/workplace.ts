/** The work folder of a repair: its lock, the journal of its progress, and all unfinished files. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, reason } from '../source/file';
import { type Files, writeAtomically } from './files';
import { shortName } from './names';
import { OwnFolder } from './own-folder';
import { boot, startOf } from './processes';
import { Refusal } from './refusal';
import { active, isAlive, readState, type State } from './state';

/** The files of a repair in its work folder. */
type WorkFile = 'copy.img' | 'e2fsck.conf' | 'problems.xml' | 'state.json';

/** The state is removed last, so that the next repair can read it after an interruption. */
const stateFiles = ['state.json.new', 'state.json'];

/** So many numbers are tried in a shared folder, where others may take all; then a random name. */
const maxTaken = 64;

/** The work folder for an image: beside it, or in another folder with a hash of its path. */
export function workFolder(image: string, parent = dirname(image)): string {
  const which = parent === dirname(image) ? '' : `-${createHash('sha256').update(image).digest('hex').slice(0, 8)}`;
  return join(parent, `.${shortName(basename(image))}${which}.extcheck-repair`);
}

/** A work folder of this user for an image, and the state in it; null if it was being made or removed. */
export interface Found {
  folder: OwnFolder;
  state: State | null;
}

/** The process that makes a folder, by its temporary name. */
const makerOf = (name: string): number => Number(/\.(\d+)(?:-[0-9a-f]+)?$/.exec(name)?.[1] ?? 0);

/** A folder without a state belongs to a repair only if it is empty: a repair removes its state last. */
function foundIn(path: string, image: string, shared: boolean): Found | undefined {
  const folder = OwnFolder.open(path);
  if (folder === undefined) return undefined;
  const state = readState(folder);
  const same = (one: State) => (shared ? one.image === image : basename(one.image) === basename(image));
  if (state !== undefined && same(state)) return { folder, state };
  const maker = makerOf(path);
  const isMade = maker !== 0 && maker !== process.pid && startOf(maker) !== '';
  if (state === undefined && !isMade && folder.names().every((name) => stateFiles.includes(name)))
    return { folder, state: null };
  folder.close();
  return undefined;
}

/**
 * Work folders of this user for an image in `parent`, which the caller closes or removes. What others put there under such
 * names is passed over.
 */
export function findWork(image: string, parent: string): Found[] {
  const name = basename(workFolder(image, parent));
  let names: string[] = [];
  try {
    names = readdirSync(parent);
  } catch {
    // there is no such folder, or it is not readable
  }
  return names
    .filter((one) => one === name || one.startsWith(`${name}.`) || one.startsWith(`${name}-`))
    .flatMap((one) => foundIn(join(parent, one), image, parent !== dirname(image)) ?? []);
}

/** Removes a work folder of this user with all in it. */
export const removeWork = (files: Files, { folder }: Found): void => folder.remove(files, stateFiles);

/** @throws Refusal if another repair of the image, except the one with this id, works in `parent` */
export function requireNoOther(image: string, parent: string, own?: string): void {
  for (const { folder, state } of findWork(image, parent)) {
    folder.close();
    if (state !== null && state.id !== own && isAlive(state))
      throw new Refusal(`Another repair of this image is running: process ${state.pid}. Wait until it ends.`);
  }
}

/** A work folder that this repair owns until `close`. */
export class Workplace {
  private constructor(
    private readonly files: Files,
    private readonly own: OwnFolder,
    private state: State,
  ) {}

  /**
   * Creates the folder in `parent` together with its state, atomically. Its name is the lock; a name that others took is
   * passed over.
   * @throws Refusal if that fails, or another repair of the image runs there
   */
  static open(files: Files, parent: string, image: string): Workplace {
    const { pid } = process;
    const id = randomBytes(16).toString('hex');
    const state: State = { schemaVersion: 1, id, image, pid, started: startOf(pid), boot: boot(), phase: 'working' };
    const wanted = workFolder(image, parent);
    const unnamed = `${wanted}.${pid}-${id.slice(0, 16)}`;
    let own: OwnFolder | undefined;
    try {
      files.makeFolder(unnamed);
      own = OwnFolder.open(unnamed);
      if (own === undefined) throw new Refusal('others can write to a new folder there');
      writeAtomically(files, own.file('state.json'), JSON.stringify(state));
      own = named(files, own, wanted, image, id);
      active.add(id);
      requireNoOther(image, parent, id);
      if (!own.isInPlace()) throw new Refusal('another program replaced it');
      return new Workplace(files, own, state);
    } catch (error) {
      active.delete(id);
      try {
        own?.remove(files, stateFiles);
      } catch {
        // the next repair removes it
      }
      if (error instanceof Refusal && error.message.startsWith('Another repair')) throw error;
      throw new Refusal(`The work folder in ${parent} cannot be created: ${reason(error)}.`);
    }
  }

  get folder(): string {
    return this.own.path;
  }

  /** The id that processes of this repair have in their environment. */
  get id(): string {
    return this.state.id!;
  }

  /** The folder by its descriptor, for the working folder of a command. */
  get anchor(): string {
    return this.own.anchor;
  }

  path(name: WorkFile): string {
    return this.own.file(name);
  }

  /** Records the next step before it starts. */
  note(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    writeAtomically(this.files, this.path('state.json'), JSON.stringify(this.state));
    this.files.sync(this.own.anchor);
  }

  /** Ends the work and leaves the folder, with its state, to the next repair. */
  leave(): void {
    active.delete(this.id);
    this.own.close();
  }

  /** Removes the folder with all in it. Returns why that failed, as a sentence; null if it succeeded. */
  close(): string | null {
    active.delete(this.id);
    try {
      this.own.remove(this.files, stateFiles);
      return null;
    } catch (error) {
      return `${this.folder} could not be removed: ${reason(error)}. The next repair tries again.`;
    }
  }
}

/** Codes of a rename to a name that something else has, or that another user has in a shared folder. */
const taken = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR', 'EPERM', 'EACCES'];

/** Gives a new folder the first name that nothing else has. @throws Refusal if a repair of the image runs there */
function named(files: Files, own: OwnFolder, wanted: string, image: string, id: string): OwnFolder {
  for (let n = 1; ; n++) {
    const path = n === 1 ? wanted : `${wanted}-${n < maxTaken ? n : id}`;
    try {
      files.rename(own.path, path);
      return own.renamed(path);
    } catch (error) {
      requireNoOther(image, dirname(wanted), id);
      if (n === maxTaken || !taken.includes(codeOf(error) ?? '')) throw error;
    }
  }
}

/** What kind of system an image holds: how it is booted and what must be in it. Profiles are data; see docs/boot.md. */
import { ExtcheckError } from '../error';

/**
 * One step of the boot loader:
 * - `source`: reads a script from the image for its variables; of several paths the first that is there;
 * - `kernel`, `initramfs`: loads a file, whose path may use variables;
 * - `entries`: reads the menus of GRUB and the entries of the Boot Loader Specification, and loads what they name.
 */
export type ProfileStep =
  | { do: 'source'; file: readonly string[] }
  | { do: 'kernel'; path: string }
  | { do: 'initramfs'; path: string }
  | { do: 'entries' };

/** How machines of one kind boot an image. */
export interface Profile {
  name: string;
  /** What the images are, in a few words. */
  title: string;
  /** Labels that the file system may have; `*` at the end stands for anything. None: the label does not matter. */
  labels: readonly string[];
  /** Who reads the image, where the caller does not say. */
  bootLoader?: string;
  kernel?: string;
  e2fsck?: string;
  /** Variables that are set before the first step. */
  variables: Readonly<Record<string, string>>;
  steps: readonly ProfileStep[];
  /** Where the first program is looked for, in this order. Empty: not looked for. */
  init: readonly string[];
  /** Whether os-release has to be there. */
  osRelease: boolean;
  /** Files that must be there, whole and not empty. */
  required: readonly string[];
}

/** A profile does not say what it should. The message is a sentence. */
export class ProfileError extends ExtcheckError {
  override readonly name = 'ProfileError';

  constructor(message: string) {
    super('invalid-profile', message);
  }
}

const usualInit = ['/sbin/init', '/usr/lib/systemd/systemd', '/lib/systemd/systemd', '/etc/init', '/bin/init'];
const stepKinds = ['source', 'kernel', 'initramfs', 'entries'];
const keys = [
  '$schema',
  'name',
  'title',
  'labels',
  'bootLoader',
  'kernel',
  'e2fsck',
  'variables',
  'steps',
  'init',
  'osRelease',
  'required',
];
const maxItems = 1000;

const fail = (where: string, what: string): never => {
  throw new ProfileError(`The profile's ${where} ${what}.`);
};

function text(value: unknown, where: string): string {
  return typeof value === 'string' && value !== '' && value.length <= 4096 ? value : fail(where, 'must be a text');
}

function texts(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxItems) return fail(where, 'must be a list of texts');
  return value.map((one) => text(one, where));
}

function paths(value: unknown, where: string): string[] {
  const list = texts(value, where);
  return list.every((path) => path.startsWith('/')) ? list : fail(where, 'must hold absolute paths');
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(where, 'must be an object');
  return value as Record<string, unknown>;
}

function step(value: unknown): ProfileStep {
  const given = record(value, 'step');
  const kind = given['do'];
  if (kind === 'entries') return { do: 'entries' };
  if (kind === 'source') {
    const file = given['file'];
    const list = paths(typeof file === 'string' ? [file] : file, 'source');
    return list.length > 0 ? { do: 'source', file: list } : fail('source', 'names no file');
  }
  if (kind === 'kernel' || kind === 'initramfs') return { do: kind, path: text(given['path'], kind) };
  return fail('step', `must be one of ${stepKinds.join(', ')}`);
}

/** The profile in a parsed JSON value, with what it leaves out filled in. @throws ProfileError */
export function parseProfile(value: unknown): Profile {
  const given = record(value, 'top level');
  const stray = Object.keys(given).find((key) => !keys.includes(key));
  if (stray !== undefined) fail('top level', `has a key '${stray.slice(0, 60)}' that means nothing`);
  const steps = given['steps'];
  if (!Array.isArray(steps) || steps.length > 100) return fail('steps', 'must be a list');
  const variables = given['variables'] === undefined ? {} : record(given['variables'], 'variables');
  const osRelease = given['osRelease'] ?? true;
  if (typeof osRelease !== 'boolean') return fail('osRelease', 'must be true or false');
  const name = text(given['name'], 'name');
  const profile: Profile = {
    name,
    title: given['title'] === undefined ? name : text(given['title'], 'title'),
    labels: texts(given['labels'], 'labels'),
    variables: Object.fromEntries(Object.entries(variables).map(([key, one]) => [key, text(one, `variable ${key}`)])),
    steps: steps.map(step),
    init: given['init'] === undefined ? usualInit : paths(given['init'], 'init'),
    osRelease,
    required: paths(given['required'], 'required'),
  };
  for (const role of ['bootLoader', 'kernel', 'e2fsck'] as const)
    if (given[role] !== undefined) profile[role] = text(given[role], role);
  return profile;
}

/** Whether a label is one of those that a profile takes. */
export const labelFits = (profile: Profile, label: string): boolean =>
  profile.labels.length === 0 ||
  profile.labels.some((one) => (one.endsWith('*') ? label.startsWith(one.slice(0, -1)) : label === one));

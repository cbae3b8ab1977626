/** Profiles: how a kind of image is booted and what it must contain. Profiles are data; see docs/boot.md. */
import { ExtcheckError } from '../error';

/**
 * One step of the boot loader:
 * - `source`: reads variables from a script in the image; of several paths, the first that exists;
 * - `kernel`, `initramfs`: loads a file, whose path may contain variables;
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
  /** Short description of the images. */
  title: string;
  /** Labels that the file system may have; `*` at the end matches anything. Empty: every label. */
  labels: readonly string[];
  /** The programs that read the image, if the caller does not name them; see `Readers`. */
  bootLoader?: string;
  kernel?: string;
  e2fsck?: string;
  /** GRUB variables that are set before the first step. */
  variables: Readonly<Record<string, string>>;
  steps: readonly ProfileStep[];
  /** Paths of init, in the order in which they are tried. Empty: init is not checked. */
  init: readonly string[];
  /** Whether os-release must exist. */
  osRelease: boolean;
  /** Files that must exist, be complete and not be empty: absolute paths. */
  required: readonly string[];
}

/** A profile is invalid. The message is a sentence; the code is `invalid-profile`. */
export class ProfileError extends ExtcheckError {
  override readonly name = 'ProfileError';

  constructor(message: string) {
    super('invalid-profile', message);
  }
}

const usualInit = ['/sbin/init', '/usr/lib/systemd/systemd', '/lib/systemd/systemd', '/etc/init', '/bin/init'];
const keys = '$schema name title labels bootLoader kernel e2fsck variables steps init osRelease required'.split(' ');
const maxItems = 1000;

const fail = (where: string, what: string): never => {
  throw new ProfileError(`The profile's ${where} ${what}.`);
};

function text(value: unknown, where: string): string {
  return typeof value === 'string' && value !== '' && value.length <= 4096
    ? value
    : fail(where, 'must be a string of 1 to 4096 characters');
}

function texts(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxItems) return fail(where, 'must be a list of strings');
  return value.map((one) => text(one, where));
}

function paths(value: unknown, where: string): string[] {
  const list = texts(value, where);
  return list.every((path) => path.startsWith('/')) ? list : fail(where, 'must contain only absolute paths');
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
  return fail('step', `must be one of source, kernel, initramfs, entries`);
}

/** The profile in a parsed JSON value, with defaults for missing keys. @throws ProfileError if the value is not a profile */
export function parseProfile(value: unknown): Profile {
  const given = record(value, 'top level');
  const stray = Object.keys(given).find((key) => !keys.includes(key));
  if (stray !== undefined) fail('top level', `has an unknown key '${stray.slice(0, 60)}'`);
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

export const labelFits = (profile: Profile, label: string): boolean =>
  profile.labels.length === 0 ||
  profile.labels.some((one) => (one.endsWith('*') ? label.startsWith(one.slice(0, -1)) : label === one));

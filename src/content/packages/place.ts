/** How much a package's file matters by where it lies, so that what people and services change raises no alarm. */
import type { PackageFile } from './package-file';

/**
 * - `needed`: nothing changes it but the package manager, so any difference is damage;
 * - `optional`: it may have been taken away to save room, but not changed;
 * - `variable`: services and people write there;
 * - `config`: it is configuration, and there to be changed.
 */
export type Weight = 'needed' | 'optional' | 'variable' | 'config';

const configPlaces = ['/etc/', '/usr/etc/'];

const variablePlaces = [
  '/var/',
  '/run/',
  '/tmp/',
  '/dev/',
  '/proc/',
  '/sys/',
  '/home/',
  '/root/',
  '/srv/',
  '/mnt/',
  '/media/',
  '/usr/local/',
  '/lost+found/',
];

const optionalPlaces = [
  '/usr/share/doc/',
  '/usr/share/doc-base/',
  '/usr/share/man/',
  '/usr/share/info/',
  '/usr/share/help/',
  '/usr/share/gtk-doc/',
  '/usr/share/locale/',
  '/usr/share/licenses/',
  '/usr/share/lintian/',
  '/usr/share/linda/',
  '/usr/share/bug/',
  '/usr/share/groff/',
];

/** Compiled Python, which any start of the program writes anew. */
const compiled = /\.py[co]$|\/__pycache__$/;

const startsWithAny = (path: string, places: readonly string[]): boolean => {
  for (const place of places) if (path.startsWith(place)) return true;
  return false;
};

/** What follows from the place and the marks of a file. */
export function weightOf({ path, config, doc }: Pick<PackageFile, 'path' | 'config' | 'doc'>): Weight {
  const below = `${path}/`;
  if (config || startsWithAny(below, configPlaces)) return 'config';
  if (startsWithAny(below, variablePlaces) || compiled.test(path)) return 'variable';
  return doc || startsWithAny(below, optionalPlaces) ? 'optional' : 'needed';
}

/** Directories without which a system does not start, though nothing is in them: other file systems are mounted there. */
export const mountPoints: ReadonlySet<string> = new Set(['/dev', '/proc', '/run', '/sys', '/tmp']);

/** The weight of a package's file by its path, so that files that people and services change cause no alarm. */
import type { PackageFile } from './package-file';

/**
 * - `needed`: only the package manager changes it, so any difference is damage;
 * - `optional`: it may be removed to save space, but not changed;
 * - `variable`: services and people change it;
 * - `config`: it is configuration, which people change.
 */
export type Weight = 'needed' | 'optional' | 'variable' | 'config';

const configPlaces = ['/etc/', '/usr/etc/'];

const variablePlaces = 'var run tmp dev proc sys home root srv mnt media usr/local lost+found'
  .split(' ')
  .map((name) => `/${name}/`);

const optionalPlaces = 'doc doc-base man info help gtk-doc locale licenses lintian linda bug groff'
  .split(' ')
  .map((name) => `/usr/share/${name}/`);

/** Compiled Python, which any start of the program may rewrite. */
const compiled = /\.py[co]$|\/__pycache__$/;

const startsWithAny = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path.startsWith(place));

/** The weight of a file by its path and its marks. */
export function weightOf({ path, config, doc }: Pick<PackageFile, 'path' | 'config' | 'doc'>): Weight {
  const below = `${path}/`;
  if (config || startsWithAny(below, configPlaces)) return 'config';
  if (startsWithAny(below, variablePlaces) || compiled.test(path)) return 'variable';
  return doc || startsWithAny(below, optionalPlaces) ? 'optional' : 'needed';
}

/** Empty directories without which a system does not start: other file systems are mounted there. */
export const mountPoints: ReadonlySet<string> = new Set(['/dev', '/proc', '/run', '/sys', '/tmp']);

/** Reads pacman's database: a folder for each package, with a description, an mtree file and the list of configuration. */
import { stepsInTurns, type Turns } from '../../source/turns';
import { byteText } from '../byte-text';
import type { ManifestEntry } from '../manifest/entry';
import { mtreeSteps } from '../manifest/mtree';
import type { DatabaseFiles } from './database-files';
import { Lines, requireNoNul } from './lines';
import {
  type DatabaseNotes,
  demand,
  type InstalledPackage,
  type PackageFile,
  packageFile,
  requireListable,
  tolerant,
} from './package-file';
import { addPacmanRules, PathFilter } from './patterns';
import { gunzip } from './unzip';

export const pacmanRoot = '/var/lib/pacman/local';
/** Largest unpacked mtree file of one package, in bytes. */
const maxMtree = 2 ** 25;
/** Files of the package format itself, which are not installed. */
const ownFiles = /^\/\.[A-Z]+$/;
/** A file in the database that is not a package. */
const versionFile = 'ALPM_DB_VERSION';

/** Lines of the sections of a `desc` or `files` file, by the name between percent signs. @throws DatabaseError, DatabaseLimit */
export async function parseSections(bytes: Uint8Array, turns?: Turns): Promise<Map<string, string[]>> {
  requireNoNul(bytes);
  demand(bytes.length > 0, 'it is empty');
  const sections = new Map<string, string[]>();
  let current: string[] | null = null;
  const lines = new Lines(bytes, turns);
  while (await lines.next()) {
    requireListable(lines.number);
    if (lines.length === 0) continue;
    const text = lines.text();
    const heading = /^%([A-Z0-9]+)%$/.exec(text)?.[1];
    if (heading !== undefined) {
      current = [];
      sections.set(heading, current);
    } else {
      demand(current !== null, `line ${lines.number} is in no section`);
      current.push(text);
    }
  }
  return sections;
}

/** Paths of configuration: `etc/x`, a tab (which is printed as `\t`), an MD5. */
const configurationIn = (lines: readonly string[]): Set<string> =>
  new Set(lines.map((line) => `/${line.replace(/\\t[0-9a-f]*$/, '')}`));

function fileOf(entry: ManifestEntry, configuration: ReadonlySet<string>, filter: PathFilter): PackageFile {
  const { path, type = null } = entry;
  const digest = entry.digests?.find(({ names }) => names[0] === 'sha256') ?? entry.digests?.[0];
  return packageFile(path, {
    type,
    size: type === 'file' ? (entry.size ?? null) : null,
    mode: entry.mode ?? null,
    user: entry.uid ?? null,
    group: entry.gid ?? null,
    digest: type === 'file' && digest !== undefined ? { name: digest.names[0]!, hex: digest.hex } : null,
    linkTarget: entry.target ?? null,
    config: configuration.has(path),
    mayBeMissing: filter.excludes(path),
  });
}

async function readPackage(
  folder: string,
  files: DatabaseFiles,
  notes: DatabaseNotes,
  filter: PathFilter,
): Promise<InstalledPackage | null> {
  const stem = folder.slice(folder.lastIndexOf('/') + 1);
  const part = async <T>(
    file: string,
    parse: (bytes: Uint8Array, turns: Turns) => T | Promise<T>,
  ): Promise<T | null> => {
    const path = `${folder}/${file}`;
    return tolerant(
      async () => {
        const bytes = await files.read(path);
        demand(bytes !== null, 'it is missing');
        return parse(bytes, files.turns);
      },
      (what) => notes.damaged(path, what, stem),
    );
  };
  const desc = await part('desc', parseSections);
  const list = await part('files', parseSections);
  const name = `${desc?.get('NAME')?.[0] ?? stem} ${desc?.get('VERSION')?.[0] ?? ''}`.trim();
  const mtree = await part('mtree', async (bytes, turns) => {
    demand(bytes.length > 0, 'it is empty');
    const manifest = await stepsInTurns(mtreeSteps(byteText(await gunzip(bytes, maxMtree))), turns);
    const [fault] = manifest.faults;
    if (fault !== undefined) notes.damaged(`${folder}/mtree`, `line ${fault.line}: ${fault.reason}`, name);
    return manifest.entries;
  });
  if (mtree === null) return null;
  const configuration = configurationIn(list?.get('BACKUP') ?? []);
  const entries = mtree.filter(({ path }) => !ownFiles.test(path));
  return {
    name,
    files: entries.map((entry) => fileOf(entry, configuration, filter)),
    undigested: (count) => notes.withoutDigests(name, count),
  };
}

export async function* readPacman(
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const { names, whole } = await files.names(pacmanRoot);
  if (!whole) notes.damaged(pacmanRoot, 'parts of this directory are lost');
  const filter = new PathFilter();
  const config = await tolerant(
    () => files.read('/etc/pacman.conf'),
    () => {},
  );
  if (config) addPacmanRules(filter, new TextDecoder().decode(config));
  for (const name of names) {
    if (name === versionFile || name.startsWith('.')) continue;
    const found = await readPackage(`${pacmanRoot}/${name}`, files, notes, filter);
    if (found !== null) yield found;
  }
}

/** Reads dpkg's database: status, lists of files, MD5 sums, diversions, and the status.d of distroless images. */
import type { Turns } from '../../source/turns';
import type { DatabaseFiles } from './database-files';
import { type Diversion, parseDiversions, parseList, parseMd5sums } from './dpkg-lists';
import { type Conffile, parseStatus, type StatusEntry } from './dpkg-status';
import {
  type DatabaseNotes,
  type InstalledPackage,
  type PackageFile,
  packageFile,
  parentOf,
  tolerant,
} from './package-file';
import { addDpkgRules, PathFilter } from './patterns';

export const dpkgRoot = '/var/lib/dpkg';
export const distrolessRoot = '/var/lib/dpkg/status.d';
const info = `${dpkgRoot}/info`;
const text = new TextDecoder();

/** States in which the files of a package are installed. */
const unpacked = new Set(['unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending', 'installed']);
/** States of a package only while dpkg works on it. */
const unfinished = new Set(['half-installed', 'unpacked', 'half-configured']);

interface Settings {
  diversions: Map<string, Diversion>;
  filter: PathFilter;
}

/** The parsed content of a file; null if it does not exist or is damaged, which is reported. */
async function readParsed<T>(
  files: DatabaseFiles,
  path: string,
  parse: (bytes: Uint8Array, turns: Turns) => Promise<T>,
  damaged: (what: string) => void,
): Promise<T | null> {
  const bytes = await tolerant(() => files.read(path), damaged);
  return bytes && tolerant(() => parse(bytes, files.turns), damaged);
}

async function readSettings(files: DatabaseFiles, notes: DatabaseNotes): Promise<Settings> {
  const path = `${dpkgRoot}/diversions`;
  const diversions = await readParsed(files, path, parseDiversions, (what) => notes.damaged(path, what));
  const filter = new PathFilter();
  const folder = '/etc/dpkg/dpkg.cfg.d';
  // an unreadable configuration is not a fault of the database, and excludes nothing
  const ignore = () => {};
  const names = (await tolerant(() => files.names(folder), ignore))?.names ?? [];
  const used = names.filter((name) => /^[A-Za-z0-9_-]+$/.test(name)).map((name) => `${folder}/${name}`);
  for (const file of ['/etc/dpkg/dpkg.cfg', ...used]) {
    const config = await tolerant(() => files.read(file), ignore);
    if (config) addDpkgRules(filter, text.decode(config));
  }
  return { diversions: diversions ?? new Map(), filter };
}

const keyOf = ({ name, architecture, sameForAll }: StatusEntry): string =>
  sameForAll ? `${name}:${architecture}` : name;

/** All entries of the status file and of the updates that dpkg had not merged into it; later ones replace earlier ones. */
async function readStatus(
  files: DatabaseFiles,
  notes: DatabaseNotes,
  listed: number,
): Promise<Map<string, StatusEntry>> {
  const entries = new Map<string, StatusEntry>();
  const add = async (path: string): Promise<void> => {
    const damaged = (what: string, packageName?: string) => notes.damaged(path, what, packageName);
    const bytes = await tolerant(() => files.read(path), damaged);
    if (bytes !== null)
      for (const entry of await parseStatus(bytes, damaged, files.turns)) entries.set(keyOf(entry), entry);
  };
  await add(`${dpkgRoot}/status`);
  if (entries.size === 0 && listed > 0)
    notes.damaged(`${dpkgRoot}/status`, `it names no package, but there are file lists of ${listed} packages`);
  const updates = await files.names(`${dpkgRoot}/updates`);
  for (const name of updates.names) if (/^\d+$/.test(name)) await add(`${dpkgRoot}/updates/${name}`);
  return entries;
}

class DpkgReader {
  constructor(
    private readonly files: DatabaseFiles,
    private readonly notes: DatabaseNotes,
    private readonly known: ReadonlySet<string>,
    private readonly settings: Settings,
  ) {}

  /** The package whose files are listed in `STEM.list` and `STEM.md5sums`. */
  async read(stem: string, name: string, conffiles: readonly Conffile[]): Promise<InstalledPackage> {
    const known = this.known;
    const notes = this.notes;
    const { turns } = this.files;
    const [listPath, sumsPath] = [`${info}/${stem}.list`, `${info}/${stem}.md5sums`];
    const [hasList, hasSums] = [known.has(`${stem}.list`), known.has(`${stem}.md5sums`)];
    const damaged = (path: string) => (what: string) => notes.damaged(path, what, name);
    const list = hasList ? await tolerant(() => this.files.read(listPath), damaged(listPath)) : null;
    const sumBytes = hasSums ? await tolerant(() => this.files.read(sumsPath), damaged(sumsPath)) : null;
    if (!hasList) notes.damaged(listPath, 'it is missing', name);
    else if (list?.length === 0) notes.damaged(listPath, 'it is empty', name);
    const sums = sumBytes && (await tolerant(() => parseMd5sums(sumBytes, turns), damaged(sumsPath)));
    const paths = list && (await tolerant(() => parseList(list, turns), damaged(listPath)));
    const byPath = new Map(conffiles.filter(({ obsolete }) => !obsolete).map((file) => [file.path, file]));
    return {
      name,
      files: this.entries(name, paths ?? [...(sums?.keys() ?? [])], sums ?? new Map(), byPath),
      undigested(count) {
        if (sumBytes?.length === 0) notes.damaged(sumsPath, `it is empty, but the package has ${count} files`, name);
        else if (!hasSums || sums) notes.withoutDigests(name, count);
      },
    };
  }

  /** The files of a package. Paths that another package replaced are no longer in the list, only in the sums. */
  private *entries(
    name: string,
    paths: readonly string[],
    sums: ReadonlyMap<string, string>,
    conffiles: ReadonlyMap<string, Conffile>,
  ): Generator<PackageFile, void, undefined> {
    const owner = name.split(/[ :]/, 1)[0]!;
    // a list has no types, but a path with names below it is a directory
    const parents = new Set(Array.from(paths, parentOf));
    for (const listed of paths) {
      const diversion = this.settings.diversions.get(listed);
      const path = diversion === undefined || diversion.by === owner ? listed : diversion.to;
      const conffile = conffiles.get(listed);
      const hex = conffile?.md5 ?? sums.get(listed);
      const mayBeMissing = this.settings.filter.excludes(listed);
      const config = conffile !== undefined;
      if (parents.has(listed)) yield packageFile(path, { type: 'directory', mayBeMissing });
      else if (hex === undefined || hex.length !== 32) yield packageFile(path, { config, mayBeMissing });
      else yield packageFile(path, { type: 'file', digest: { name: 'md5', hex }, config, mayBeMissing });
    }
  }
}

/** Every package that dpkg has unpacked, in sequence. */
export async function* readDpkg(
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const directory = await tolerant(
    () => files.names(info),
    (what) => notes.damaged(info, what),
  );
  if (directory?.whole === false) notes.damaged(info, 'parts of this directory are lost');
  const known = new Set(directory?.names);
  const unclaimed = new Set([...known].filter((name) => name.endsWith('.list')).map((name) => name.slice(0, -5)));
  const entries = await readStatus(files, notes, unclaimed.size);
  const reader = new DpkgReader(files, notes, known, await readSettings(files, notes));
  for (const [key, entry] of entries) {
    const stem = known.has(`${key}.list`) ? key : entry.name;
    unclaimed.delete(stem);
    const name = `${key} ${entry.version}`;
    const [, condition = '', state = ''] = entry.status;
    if (unfinished.has(state) || condition === 'reinstreq') notes.unfinished(name, state);
    if (unpacked.has(state)) yield await reader.read(stem, name, entry.conffiles);
  }
  if (unclaimed.size === 0) return;
  const [first] = unclaimed;
  if (entries.size > 0)
    notes.damaged(
      `${dpkgRoot}/status`,
      `${unclaimed.size} packages have file lists but no entry here, the first is ${first}`,
    );
  // their lists are sufficient to verify the files
  for (const stem of unclaimed) if (known.has(`${stem}.md5sums`)) yield await reader.read(stem, stem, []);
}

/** The packages of a distroless image, which has a stanza and MD5 sums for each but no lists. */
export async function* readDistroless(
  files: DatabaseFiles,
  notes: DatabaseNotes,
): AsyncGenerator<InstalledPackage, void, undefined> {
  const { names, whole } = await files.names(distrolessRoot);
  if (!whole) notes.damaged(distrolessRoot, 'parts of this directory are lost');
  const known = new Set(names);
  for (const file of names) {
    if (file.endsWith('.md5sums')) continue;
    const path = `${distrolessRoot}/${file}`;
    const damaged = (what: string) => notes.damaged(path, what, file);
    const bytes = await tolerant(() => files.read(path), damaged);
    if (bytes === null) continue;
    const [entry] = await parseStatus(bytes, damaged, files.turns);
    const name = entry === undefined ? file : `${entry.name} ${entry.version}`;
    if (bytes.length === 0) damaged('it is empty');
    const sumsPath = `${path}.md5sums`;
    if (!known.has(`${file}.md5sums`)) continue;
    const sums = await readParsed(files, sumsPath, parseMd5sums, (what) => notes.damaged(sumsPath, what, name));
    const entries = [...(sums ?? [])].map(([at, hex]) =>
      packageFile(at, { type: 'file', digest: { name: 'md5', hex } }),
    );
    yield { name, files: entries };
  }
}
